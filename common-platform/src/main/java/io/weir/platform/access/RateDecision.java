package io.weir.platform.access;

import java.time.Duration;

/** Whether somebody may ask now. Durations are whole seconds, rounded up, as headers have them. */
public sealed interface RateDecision {
  /** Most requests a minute. */
  int limit();

  /** How many more may follow at once. */
  int remaining();

  /** How long until all of the limit is there again, if nobody asks meanwhile. */
  Duration reset();

  /** They may. */
  record Within(int limit, int remaining, Duration reset) implements RateDecision {}

  /**
   * They may not.
   *
   * @param retryAfter when the next one may
   */
  record Exceeded(int limit, Duration reset, Duration retryAfter) implements RateDecision {
    @Override
    public int remaining() {
      return 0;
    }
  }
}
