/**
 * Tests of the shipped prompts and settings. No real parts here; those are in the package above.
 */
@NullMarked
package io.weir.review.config;

import org.jspecify.annotations.NullMarked;
