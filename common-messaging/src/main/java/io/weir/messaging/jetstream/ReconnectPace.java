package io.weir.messaging.jetstream;

import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How often the client tries to reconnect, and how long one attempt may take. A server that is back
 * shall be found within a second, whatever the length of the outage; so attempts are short and
 * frequent where they cost the server nothing, which is while it does not even greet. One that
 * greets and then does not answer is alive and may be overwhelmed, by a thousand clients that come
 * back at once: there the limit doubles, so that their load goes down until they are served.
 * Thread-safe.
 */
final class ReconnectPace {
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);
  private static final Duration SHORTEST_LIMIT = Duration.ofMillis(300);

  /** A connection that took so long before may take this many times as long now. */
  private static final int SLOWER = 2;

  /**
   * Attempts that were greeted and not answered may cost the server so much, going by what the last
   * one that succeeded took, before the next may take twice as long.
   */
  private static final Duration UNANSWERED_COST = Duration.ofSeconds(2);

  private static final int MOST_UNANSWERED = 64;

  private final Duration longestWait;
  private final Duration longestLimit;
  private @Nullable Duration took;
  private int unanswered;
  private @Nullable ConnectAttempt attempt;
  private long begun = System.nanoTime();

  /**
   * @param longestWait between the beginnings of two attempts
   * @param longestLimit of one attempt, which is the client's own too
   */
  ReconnectPace(Duration longestWait, Duration longestLimit) {
    this.longestWait = longestWait;
    this.longestLimit = longestLimit;
  }

  /** The attempt that begins now, on the calling thread. */
  ConnectAttempt begins(Supplier<@Nullable Socket> socket) {
    ConnectAttempt next = new ConnectAttempt(limit(), socket, this);
    begun(next);
    return next;
  }

  private synchronized void begun(ConnectAttempt next) {
    if (attempt != null) {
      attempt.over();
    }
    attempt = next;
    begun = System.nanoTime();
  }

  /** The longest that an attempt to reconnect may take now; empty before the first connection. */
  synchronized Optional<Duration> limit() {
    if (took == null) {
      return Optional.empty();
    }
    long perStep =
        Math.clamp(UNANSWERED_COST.toMillis() / Math.max(1, took.toMillis()), 1, MOST_UNANSWERED);
    Duration usual = longer(SHORTEST_LIMIT, took.multipliedBy(SLOWER));
    return Optional.of(
        shorter(longestLimit, usual.multipliedBy(1L << Math.min(unanswered / perStep, 10))));
  }

  /** The server took the connection {@code after} the attempt began. */
  synchronized void answered(Duration after) {
    took = after;
    unanswered = 0;
  }

  /**
   * An attempt took too long.
   *
   * @param greeted whether the server had said something
   */
  synchronized void expired(boolean greeted) {
    unanswered = greeted ? unanswered + 1 : 0;
  }

  /**
   * What is left of the wait for the next attempt: exponential from 100 ms up to the configured
   * wait, counted from the beginning of the last one, with jitter above half of it, so that
   * services don't come back in step.
   *
   * @param tries attempts so far
   */
  synchronized Duration untilNext(long tries) {
    if (attempt != null) {
      attempt.over();
    }
    Duration spent = Duration.ofNanos(System.nanoTime() - begun);
    Duration wait =
        jittered(shorter(longestWait, FIRST_WAIT.multipliedBy(1L << Math.min(tries, 10))));
    return longer(jittered(SHORTEST_WAIT), wait.minus(spent));
  }

  private static Duration jittered(Duration step) {
    long half = Math.max(1, step.toMillis() / 2);
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
