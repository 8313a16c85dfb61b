package io.weir.messaging.jetstream;

import java.time.Instant;
import java.util.Arrays;
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
   * those know their hashes, and need not be looked for. This is done for each message.
   */
  static AckReply parse(String reply, List<ConsumerSpec> lanes) {
    int names = reply.startsWith(PREFIX) ? PREFIX.length() : -1;
    for (ConsumerSpec lane : lanes) {
      int end = endOf(lane.durable(), reply, endOf(lane.stream(), reply, names));
      AckReply read = end < 0 ? null : read(lane.stream(), lane.durable(), reply, end);
      if (read != null) {
        return read;
      }
    }
    return ofUnknownLane(reply);
  }

  /** Where the token that follows {@code name} begins; -1 if that is not at {@code from}. */
  private static int endOf(String name, String reply, int from) {
    int end = from + name.length();
    boolean there =
        from >= 0
            && end < reply.length()
            && reply.charAt(end) == '.'
            && reply.startsWith(name, from);
    return there ? end + 1 : -1;
  }

  private static AckReply ofUnknownLane(String reply) {
    String[] tokens = reply.split("\\.", -1);
    int stream = tokens.length == OLD_TOKENS ? 2 : 4;
    if (reply.startsWith(PREFIX) && tokens.length >= stream + 7) {
      String tail = String.join(".", Arrays.asList(tokens).subList(stream + 2, stream + 7));
      AckReply read = read(tokens[stream], tokens[stream + 1], tail, 0);
      if (read != null) {
        return read;
      }
    }
    throw new IllegalArgumentException("no acknowledgement subject: " + reply);
  }

  /** Reads the five numbers that {@code text} ends with; null when it does not. */
  private static @Nullable AckReply read(String stream, String consumer, String text, int from) {
    var numbers = new Numbers(text, from);
    int deliveries = (int) numbers.next();
    long sequence = numbers.next();
    var _ = numbers.next();
    long nanos = numbers.next();
    long pending = numbers.next();
    return numbers.areAll()
        ? new AckReply(
            stream,
            consumer,
            deliveries,
            sequence,
            Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS),
            pending)
        : null;
  }

  /** Reads unsigned numbers between dots where they stand, without a string for each. */
  private static final class Numbers {
    private final String text;
    private int at;
    private boolean valid = true;

    Numbers(String text, int from) {
      this.text = text;
      this.at = from;
    }

    /** Anything if there is none. */
    long next() {
      int from = at;
      long number = 0;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        number = 10 * number + (text.charAt(at) - '0');
        at++;
      }
      boolean ends = at >= text.length() || text.charAt(at) == '.';
      valid &= ends && at > from && at - from <= MOST_DIGITS;
      at++;
      return number;
    }

    /** Whether all that were asked for are there, and nothing else. */
    boolean areAll() {
      return valid && at == text.length() + 1;
    }
  }
}
