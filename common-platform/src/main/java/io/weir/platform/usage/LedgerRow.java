package io.weir.platform.usage;

import java.time.Instant;

/**
 * How a charge ended: the one record that counts.
 *
 * @param outcome whether it was used or given back
 * @param spend what was used; nothing when it was given back
 * @param at when that was decided
 */
public record LedgerRow(Charge charge, Outcome outcome, Spend spend, Instant at) {
  /** The ends of a charge. */
  public enum Outcome {
    SETTLED,
    REFUNDED
  }

  /** Requests that it counts as: those of its spend, or 0 when it was given back. */
  public long requests() {
    return outcome == Outcome.SETTLED ? spend.requests() : 0;
  }
}
