package io.weir.messaging.jetstream;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** As many as nanoseconds since 1970 have, until the year 2262. */
  private static final int MOST_DIGITS = 19;

  private static final long NANOS = 1_000_000_000L;

  /**
   * @throws IllegalArgumentException when {@code reply} is no acknowledgement subject
   */
  static AckReply parse(String reply) {
    return parse(reply, List.of());
  }

  /**
   * As {@link #parse(String)}, with the names that {@code lanes} hold where they are the same:
   * those know their hashes.
   */
  static AckReply parse(String reply, List<ConsumerSpec> lanes) {
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
    long nanos = number(reply, timestamp, pending - 1);
    ConsumerSpec lane = named(reply, stream, consumer, deliveries, lanes);
    return new AckReply(
        lane == null ? reply.substring(stream, consumer - 1) : lane.stream(),
        lane == null ? reply.substring(consumer, deliveries - 1) : lane.durable(),
        (int) number(reply, deliveries, sequence - 1),
        number(reply, sequence, consumerSequence - 1),
        Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS),
        number(reply, pending, end < 0 ? reply.length() : end));
  }

  private static @Nullable ConsumerSpec named(
      String reply, int stream, int consumer, int deliveries, List<ConsumerSpec> lanes) {
    for (ConsumerSpec lane : lanes) {
      if (isAt(reply, stream, consumer - 1, lane.stream())
          && isAt(reply, consumer, deliveries - 1, lane.durable())) {
        return lane;
      }
    }
    return null;
  }

  private static boolean isAt(String reply, int from, int to, String name) {
    return to - from == name.length() && reply.startsWith(name, from);
  }

  /** The unsigned number between; in a plain loop, for the reason above. */
  private static long number(String reply, int from, int to) {
    long number = 0;
    boolean valid = from < to && to - from <= MOST_DIGITS;
    for (int i = from; i < to && valid; i++) {
      int digit = reply.charAt(i) - '0';
      valid = digit >= 0 && digit <= 9;
      number = 10 * number + digit;
    }
    if (!valid) {
      throw new IllegalArgumentException("no acknowledgement subject: " + reply);
    }
    return number;
  }

  /** Where the token after that at {@code from} begins. */
  private static int next(String reply, int from) {
    return reply.indexOf('.', from) + 1;
  }
}
