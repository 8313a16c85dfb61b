package io.weir.messaging;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a handler decided about a delivery. */
public sealed interface Outcome {
  /**
   * The work is done and persisted. {@code outgoing} is published in order, each acknowledged by
   * JetStream, before the delivery is acknowledged.
   */
  record Done(List<Outgoing> outgoing) implements Outcome {
    public Done {
      outgoing = List.copyOf(outgoing);
    }
  }

  /** There is nothing to do: acknowledged without a result. */
  record Skip(String reason) implements Outcome {}

  /**
   * The work failed and may succeed later: counted as a failure and redelivered after a delay.
   *
   * @param after wanted delay; null lets the retry policy choose. Delays are held within the
   *     policy's bounds
   */
  record Retry(String reason, @Nullable Duration after) implements Outcome {}

  /** Somebody else has the work in hand: redelivered after a delay, not counted as a failure. */
  record HandBack(String reason, Duration after) implements Outcome {}

  /**
   * Something that all work needs is away: not counted as a failure; the consumer stops pulling
   * until the dependency's probe succeeds.
   */
  record Unavailable(String dependency, String reason) implements Outcome {}

  /** No retry can help: dead-lettered with the reason, then terminated. */
  record Dead(String reason) implements Outcome {}

  static Outcome done(Outgoing... outgoing) {
    return new Done(List.of(outgoing));
  }

  static Outcome skip(String reason) {
    return new Skip(reason);
  }

  static Outcome retry(String reason) {
    return new Retry(reason, null);
  }

  static Outcome retryAfter(String reason, Duration after) {
    return new Retry(reason, after);
  }

  static Outcome handBack(String reason, Duration after) {
    return new HandBack(reason, after);
  }

  static Outcome unavailable(String dependency, String reason) {
    return new Unavailable(dependency, reason);
  }

  static Outcome dead(String reason) {
    return new Dead(reason);
  }
}
