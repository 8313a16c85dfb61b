package io.weir.messaging.jetstream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a delivery.
 *
 * @param outcome as a metric names it
 * @param again when it is to be tried again here, still in hand; null when it is settled
 */
record Settled(String outcome, @Nullable Duration again) {
  static Settled as(String outcome) {
    return new Settled(outcome, null);
  }
}
