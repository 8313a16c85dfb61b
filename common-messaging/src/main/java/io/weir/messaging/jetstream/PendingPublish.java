package io.weir.messaging.jetstream;

import io.nats.client.impl.Headers;
import io.weir.messaging.flow.CircuitBreaker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A message that is published and not acknowledged yet: which attempt it is at, and when something
 * has to happen to it. Thread-safe; it is finished once.
 */
final class PendingPublish {
  /** What has to happen at a moment. */
  enum Due {
    NOTHING,
    /** The acknowledgement has not come in time. */
    UNANSWERED,
    /** It is to be sent again. */
    RESEND
  }

  final long number;
  final String subject;
  final Headers headers;
  final byte[] payload;

  /** Bytes of headers and payload. */
  final int size;

  /** Completed on a thread of the pipeline or the client: nothing slow may hang on it. */
  final CompletableFuture<Long> stored = new CompletableFuture<>();

  private final int attempts;
  private final Duration longest;
  private final long begun = System.nanoTime();
  private CircuitBreaker.@Nullable Permit permit;
  private int attempt;
  private int counted;
  private long sent;
  private @Nullable Exception refusal;
  private boolean awaitsAnswer;
  private long due;
  private boolean finished;

  /**
   * @param attempts how often it is sent at most because it was refused or not answered
   * @param longest after which it is not sent again, whatever the reason
   */
  PendingPublish(
      long number,
      String subject,
      Headers headers,
      byte[] payload,
      int size,
      int attempts,
      Duration longest) {
    this.number = number;
    this.subject = subject;
    this.headers = headers;
    this.payload = payload;
    this.size = size;
    this.attempts = attempts;
    this.longest = longest;
  }

  /**
   * Begins the next attempt.
   *
   * @param counts whether it is one of those that the message has; one that a new connection or
   *     leader is worth is not
   * @return its number; 0 when the message is finished
   */
  synchronized int begin(
      CircuitBreaker.@Nullable Permit forAttempt, Duration ackTimeout, boolean counts) {
    if (finished) {
      if (forAttempt != null) {
        forAttempt.ignored();
      }
      return 0;
    }
    if (permit != null) {
      permit.ignored();
    }
    permit = forAttempt;
    awaitsAnswer = true;
    sent = System.nanoTime();
    due = sent + ackTimeout.toNanos();
    counted += counts ? 1 : 0;
    return ++attempt;
  }

  /** Whether {@code number} is the attempt that is under way. */
  synchronized boolean isAt(int number) {
    return awaitsAnswer && attempt == number;
  }

  synchronized boolean isSpent() {
    return counted >= attempts || isTooOld();
  }

  /** Whether it was sent within the last {@code time}. */
  synchronized boolean isFresh(Duration time) {
    return System.nanoTime() - sent < time.toNanos();
  }

  /** JetStream has refused it for now, and said why. */
  synchronized void refused(Exception why) {
    refusal = why;
  }

  /** Its last refusal that said why; null when there was none. */
  synchronized @Nullable Exception refusal() {
    return refusal;
  }

  boolean isTooOld() {
    return age().compareTo(longest) >= 0;
  }

  /** How many attempts were made that count. */
  synchronized int attempts() {
    return counted;
  }

  /** Another attempt is wanted after {@code delay}. */
  synchronized void again(Duration delay) {
    awaitsAnswer = false;
    due = System.nanoTime() + delay.toNanos();
  }

  /** The permit of the attempt, to be told how it went; once. */
  synchronized CircuitBreaker.@Nullable Permit takePermit() {
    var taken = permit;
    permit = null;
    return taken;
  }

  synchronized Due due(long now) {
    if (finished || now - due < 0) {
      return Due.NOTHING;
    }
    return awaitsAnswer ? Due.UNANSWERED : Due.RESEND;
  }

  /** True for the one caller that finishes it. */
  synchronized boolean finish() {
    boolean first = !finished;
    finished = true;
    return first;
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
