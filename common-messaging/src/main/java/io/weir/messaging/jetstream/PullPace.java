package io.weir.messaging.jetstream;

import java.time.Duration;

/**
 * How soon after refused pulls the next one goes out, and when refusals mean that the consumer may
 * be gone. Guarded by the lock of its {@link PullLoop}.
 */
final class PullPace {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final int SUSPICIOUS = 3;

  private int refusals;
  private long notBefore = System.nanoTime();

  /** The server refused a pull, or it could not be sent. */
  void refused() {
    refusals++;
    long wait = Math.min(LONGEST.toNanos(), SHORTEST.toNanos() << Math.min(refusals, 6));
    notBefore = System.nanoTime() + wait;
  }

  /** The server said that the consumer is gone. */
  void consumerGone() {
    refused();
    refusals = Math.max(refusals, SUSPICIOUS);
  }

  /** The server answered a pull as it should, or the connection is new: no reason to wait. */
  void good() {
    refusals = 0;
    notBefore = System.nanoTime();
  }

  boolean mayPull() {
    return System.nanoTime() - notBefore >= 0;
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
