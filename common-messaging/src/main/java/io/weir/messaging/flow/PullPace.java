package io.weir.messaging.flow;

import java.time.Duration;

/**
 * How soon after refused pulls the next one goes out, and when refusals mean that the consumer may
 * be gone. Times are readings of a monotonic clock in nanoseconds. Not thread-safe.
 */
final class PullPace {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final int SUSPICIOUS = 3;

  private int refusals;
  private long notBefore;

  PullPace(long now) {
    notBefore = now;
  }

  /** The server refused a pull, or it could not be sent. */
  void refused(long now) {
    refusals++;
    long wait = Math.min(LONGEST.toNanos(), SHORTEST.toNanos() << Math.min(refusals, 6));
    notBefore = now + wait;
  }

  /** The server said that the consumer is gone. */
  void consumerGone(long now) {
    refused(now);
    refusals = Math.max(refusals, SUSPICIOUS);
  }

  /** The server did not say a word about a pull that it ought to hold open. */
  void silent() {
    refusals = Math.max(refusals, SUSPICIOUS);
  }

  /** The server answered a pull as it should, or the connection is new: no reason to wait. */
  void good(long now) {
    refusals = 0;
    notBefore = now;
  }

  boolean mayPull(long now) {
    return now - notBefore >= 0;
  }

  /**
   * Whether the consumer should be looked at before the next pull; asked once for each suspicion.
   */
  boolean suspectsConsumer() {
    boolean suspicious = refusals >= SUSPICIOUS;
    if (suspicious) {
      refusals = 0;
    }
    return suspicious;
  }
}
