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
   * @return its number; 0 when the message is finished
   */
  synchronized int begin(CircuitBreaker.@Nullable Permit forAttempt, Duration ackTimeout) {
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
    due = System.nanoTime() + ackTimeout.toNanos();
    return ++attempt;
  }

  /** Whether {@code number} is the attempt that is under way. */
  synchronized boolean isAt(int number) {
    return awaitsAnswer && attempt == number;
  }

  synchronized boolean isSpent() {
    return attempt >= attempts || isTooOld();
  }

  boolean isTooOld() {
    return age().compareTo(longest) >= 0;
  }

  synchronized int attempt() {
    return attempt;
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
