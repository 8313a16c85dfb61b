package io.weir.messaging.jetstream;

import java.time.Instant;

/**
 * What the server tells about a delivery in its reply subject: {@code
 * $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<timestamp>.<pending>}, with
 * domain and account hash before the stream and a token after the pending in the newer form (NATS
 * ADR-15).
 *
 * @param timestamp when the message was stored
 * @param pending messages that still wait for this consumer
 */
record AckReply(
    String stream,
    String consumer,
    int deliveries,
    long sequence,
    Instant timestamp,
    long pending) {
  static final String PREFIX = "$JS.ACK.";

  private static final int OLD_TOKENS = 9;
  private static final long NANOS = 1_000_000_000L;

  /**
   * @throws IllegalArgumentException when {@code reply} is no acknowledgement subject
   */
  static AckReply parse(String reply) {
    String[] tokens = reply.split("\\.", -1);
    int first = tokens.length == OLD_TOKENS ? 2 : 4;
    if (!reply.startsWith(PREFIX) || tokens.length < first + 7) {
      throw new IllegalArgumentException("no acknowledgement subject: " + reply);
    }
    long nanos = Long.parseLong(tokens[first + 5]);
    return new AckReply(
        tokens[first],
        tokens[first + 1],
        Integer.parseInt(tokens[first + 2]),
        Long.parseLong(tokens[first + 3]),
        Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS),
        Long.parseLong(tokens[first + 6]));
  }
}
