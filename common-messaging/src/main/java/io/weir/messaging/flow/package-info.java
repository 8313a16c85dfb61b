/**
 * How much may be in hand and when to try again: permits, retry delays, circuit breaker. Pure
 * arithmetic and small state machines that may measure themselves; no broker, no I/O, no threads of
 * their own.
 */
@NullMarked
package io.weir.messaging.flow;

import org.jspecify.annotations.NullMarked;
