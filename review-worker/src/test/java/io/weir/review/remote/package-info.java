/**
 * Tests of the linters on the real programs, with hostile input. Nothing here talks to a store or a
 * broker.
 */
@NullMarked
package io.weir.review.remote;

import org.jspecify.annotations.NullMarked;
