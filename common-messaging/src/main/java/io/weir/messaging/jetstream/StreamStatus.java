package io.weir.messaging.jetstream;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a stream stands.
 *
 * @param messages stored now
 * @param maxBytes where it is full; -1 is never
 * @param maxMessages where it is full as well; -1 is never
 * @param oldest age of the oldest message; empty when there is none
 */
public record StreamStatus(
    String name,
    String retention,
    long messages,
    long bytes,
    long maxBytes,
    long maxMessages,
    Optional<Duration> oldest,
    List<ConsumerStatus> consumers) {
  /**
   * How a consumer stands.
   *
   * @param pending messages not delivered yet
   * @param inFlight messages delivered and not acknowledged yet, delayed ones included
   * @param maxInFlight where the server delivers no more
   * @param redelivered of those, delivered more than once
   * @param waiting pulls that wait for messages: nobody reads when there is none and messages pend
   * @param lag age of the oldest message that is not acknowledged yet; zero when all are
   */
  public record ConsumerStatus(
      String name,
      long pending,
      long inFlight,
      long maxInFlight,
      long redelivered,
      long waiting,
      Duration lag) {}

  public StreamStatus {
    consumers = List.copyOf(consumers);
  }

  /** Whether it can be full. */
  public boolean isBounded() {
    return maxBytes > 0 || maxMessages > 0;
  }

  /** How full it is, in percent of the bound that is nearer; 0 without a bound. */
  public int percentFull() {
    return Math.max(percent(bytes, maxBytes), percent(messages, maxMessages));
  }

  private static int percent(long part, long whole) {
    return whole <= 0 ? 0 : (int) Math.min(100, 100 * part / whole);
  }
}
