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
    int tokens = 1;
    for (int i = 0; i < reply.length(); i++) {
      if (reply.charAt(i) == '.') {
        tokens++;
      }
    }
    int first = tokens == OLD_TOKENS ? 2 : 4;
    if (!reply.startsWith(PREFIX) || tokens < first + 7) {
      throw new IllegalArgumentException("no acknowledgement subject: " + reply);
    }
    // Read where it stands: this is done for each message.
    int stream = PREFIX.length();
    for (int token = 2; token < first; token++) {
      stream = next(reply, stream);
    }
    int consumer = next(reply, stream);
    int deliveries = next(reply, consumer);
    int sequence = next(reply, deliveries);
    int consumerSequence = next(reply, sequence);
    int timestamp = next(reply, consumerSequence);
    int pending = next(reply, timestamp);
    int end = reply.indexOf('.', pending);
    long nanos = Long.parseLong(reply, timestamp, pending - 1, 10);
    return new AckReply(
        reply.substring(stream, consumer - 1),
        reply.substring(consumer, deliveries - 1),
        Integer.parseInt(reply, deliveries, sequence - 1, 10),
        Long.parseLong(reply, sequence, consumerSequence - 1, 10),
        Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS),
        Long.parseLong(reply, pending, end < 0 ? reply.length() : end, 10));
  }

  /** Where the token after that at {@code from} begins. */
  private static int next(String reply, int from) {
    return reply.indexOf('.', from) + 1;
  }
}
