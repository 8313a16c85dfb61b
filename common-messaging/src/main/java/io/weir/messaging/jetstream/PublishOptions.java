package io.weir.messaging.jetstream;

import io.weir.messaging.flow.CircuitBreaker;
import java.time.Duration;

/**
 * How a {@link Publisher} behaves.
 *
 * @param maxInFlight most messages that are published and not acknowledged
 * @param maxBytesInFlight most bytes of them; a larger message passes alone
 * @param reserveTimeout longest wait for a place among them
 * @param ackTimeout an acknowledgement that is missing for so long counts as lost
 * @param attempts how often a message is sent, the first time included, when the caller waits for
 *     it
 * @param pipelinedAttempts the same when it does not wait; enough to outlast the election of a
 *     stream's leader
 * @param circuit when publishing stops because JetStream does not answer
 */
record PublishOptions(
    int maxInFlight,
    int maxBytesInFlight,
    Duration reserveTimeout,
    Duration ackTimeout,
    int attempts,
    int pipelinedAttempts,
    CircuitBreaker.Settings circuit) {
  /**
   * 1,000 messages and 8 MiB in flight, 10 s for a place, 5 s for an acknowledgement, 3 or 8
   * attempts. The circuit is tried again after 5 s: a server that is back is used within seconds,
   * and a probe costs little.
   */
  static final PublishOptions DEFAULT =
      new PublishOptions(
          1_000,
          8 << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          3,
          8,
          CircuitBreaker.Settings.DEFAULT.withOpenFor(Duration.ofSeconds(5)));
}
