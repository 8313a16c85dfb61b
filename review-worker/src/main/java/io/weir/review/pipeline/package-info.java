/**
 * The steps of a review as pure functions: secrets, redaction, prompt, answer, anchoring, merge.
 * Nothing here does I/O, reads a clock, or knows the store, the broker, HTTP or a linter's process;
 * every type is immutable and thread safe.
 */
@NullMarked
package io.weir.review.pipeline;

import org.jspecify.annotations.NullMarked;
