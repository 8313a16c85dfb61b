/**
 * Tests of the pure steps: no server, no process, milliseconds. What looks like a key here is made
 * up.
 */
@NullMarked
package io.weir.review.pipeline;

import org.jspecify.annotations.NullMarked;
