/**
 * Counts what users use: reserved before the work, settled after it, once a piece of work whatever
 * is retried or killed. The ledger's sums are the counters.
 */
@NullMarked
package io.weir.platform.usage;

import org.jspecify.annotations.NullMarked;
