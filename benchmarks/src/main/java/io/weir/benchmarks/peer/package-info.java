/** A peer at the fault suite's work: what is lost, doubled or stuck when it is used with care. */
@NullMarked
package io.weir.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
