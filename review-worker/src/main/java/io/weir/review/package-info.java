/**
 * The review worker: jobs come in by HTTP, are announced on a work queue, and become findings. Only
 * the wiring is here; each room below says what it is for.
 */
@NullMarked
package io.weir.review;

import org.jspecify.annotations.NullMarked;
