package io.weir.messaging.jetstream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What the last round trips say of a connection. Does no I/O and knows no clock: the caller gives
 * the time, in the nanoseconds of {@link System#nanoTime}. Thread-safe.
 */
final class RoundTripHealth {
  /** The score is the answered share of so many round trips. */
  static final int WINDOW = 10;

  private final Deque<Boolean> recent = new ArrayDeque<>(WINDOW);
  private int failedInARow;
  private double lastSeconds = Double.NaN;
  private @Nullable Long answeredAt;

  synchronized void answered(Duration roundTrip, long now) {
    remember(true);
    failedInARow = 0;
    lastSeconds = roundTrip.toNanos() / 1e9;
    answeredAt = now;
  }

  /** A new connection: its making was a round trip, and what failed before was another's. */
  synchronized void renewed(long now) {
    failedInARow = 0;
    answeredAt = now;
  }

  synchronized void failed() {
    remember(false);
    failedInARow++;
  }

  synchronized int failedInARow() {
    return failedInARow;
  }

  /** The last one that was answered, in seconds; NaN when there was none. */
  synchronized double lastSeconds() {
    return lastSeconds;
  }

  /** The answered share of the last {@link #WINDOW} round trips; 1 while there was none. */
  synchronized double score() {
    return recent.isEmpty()
        ? 1
        : (double) recent.stream().filter(answered -> answered).count() / recent.size();
  }

  /** How long ago the server answered; null when it never did. */
  synchronized @Nullable Duration age(long now) {
    return answeredAt == null ? null : Duration.ofNanos(now - answeredAt);
  }

  private void remember(boolean answered) {
    if (recent.size() == WINDOW) {
      var _ = recent.remove();
    }
    recent.add(answered);
  }
}
