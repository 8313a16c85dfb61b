package io.weir.messaging.jetstream;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server tells about a delivery in its reply subject: {@code
 * $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<timestamp>.<pending>}, with
 * domain and account hash before the stream, and perhaps a token after the pending, in the newer
 * form (NATS ADR-15).
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

  /** Tokens of the older form, and the fewest of the newer. */
  private static final int OLDER = 9;

  private static final int NEWER = 11;

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
    int older = reply.startsWith(PREFIX) ? PREFIX.length() : -1;
    AckReply read = ofLane(reply, older, lanes, true);
    if (read != null) {
      return read;
    }
    int newer = next(reply, next(reply, older));
    read = ofLane(reply, newer, lanes, false);
    read = read == null ? ofAny(reply, older, true) : read;
    read = read == null ? ofAny(reply, newer, false) : read;
    if (read == null) {
      throw new IllegalArgumentException("no acknowledgement subject: " + reply);
    }
    return read;
  }

  /**
   * The how-manieth message of its consumer a delivery is, counted from 1; where nothing is
   * redelivered, a hole in these numbers is a message that was lost on its way.
   *
   * @throws IllegalArgumentException when {@code reply} is no acknowledgement subject
   */
  static long consumerSequence(String reply) {
    String[] tokens = reply.split("\\.", -1);
    int at = tokens.length == OLDER ? OLDER - 3 : tokens.length >= NEWER ? NEWER - 3 : -1;
    if (at < 0 || !reply.startsWith(PREFIX)) {
      throw new IllegalArgumentException("no acknowledgement subject: " + reply);
    }
    return Long.parseLong(tokens[at]);
  }

  /**
   * @param names where the stream's name would begin; -1 for nowhere
   * @param older whether nothing may follow the numbers
   */
  private static @Nullable AckReply ofLane(
      String reply, int names, List<ConsumerSpec> lanes, boolean older) {
    for (ConsumerSpec lane : lanes) {
      int numbers = endOf(lane.durable(), reply, endOf(lane.stream(), reply, names));
      AckReply read =
          numbers < 0 ? null : read(lane.stream(), lane.durable(), reply, numbers, older);
      if (read != null) {
        return read;
      }
    }
    return null;
  }

  private static @Nullable AckReply ofAny(String reply, int names, boolean older) {
    int consumer = next(reply, names);
    int numbers = next(reply, consumer);
    return numbers < 0
        ? null
        : read(
            reply.substring(names, consumer - 1),
            reply.substring(consumer, numbers - 1),
            reply,
            numbers,
            older);
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

  /** Where the token after that at {@code from} begins; -1 if there is none. */
  private static int next(String reply, int from) {
    int dot = from < 0 ? -1 : reply.indexOf('.', from);
    return dot < 0 ? -1 : dot + 1;
  }

  /** Reads the five numbers at {@code from}; null when there are none such. */
  private static @Nullable AckReply read(
      String stream, String consumer, String reply, int from, boolean older) {
    var numbers = new Numbers(reply, from);
    int deliveries = (int) numbers.next();
    long sequence = numbers.next();
    var _ = numbers.next();
    long nanos = numbers.next();
    long pending = numbers.next();
    return numbers.areValid() && (numbers.areLast() || !older)
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

    /** Whether all that were asked for are there. */
    boolean areValid() {
      return valid;
    }

    /** Whether nothing follows the last. */
    boolean areLast() {
      return at == text.length() + 1;
    }
  }
}
