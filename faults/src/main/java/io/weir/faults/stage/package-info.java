/** One test's servers, producer and workers, and the evidence that is left of them. */
@NullMarked
package io.weir.faults.stage;

import org.jspecify.annotations.NullMarked;
