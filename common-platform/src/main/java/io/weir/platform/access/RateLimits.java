package io.weir.platform.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Token buckets: each name has one that holds a minute's requests and fills evenly, so a minute's
 * worth may come at once, and never more than two of them within a minute. Kept in this process
 * alone: n replicas together admit n times the limit. Knows the names that asked most recently;
 * when one has to be forgotten, it begins with a full bucket again. Thread-safe.
 *
 * <p>A bucket is kept as the time when it is full again ("generic cell rate algorithm", ITU-T
 * I.371), which is one number and needs no refilling.
 */
public final class RateLimits {
  /** How many names are known at most; some 15 MB when all are addresses. */
  public static final int MOST_NAMES = 100_000;

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long PERIOD = Duration.ofMinutes(1).toNanos();

  private final Clock clock;
  private final Recent<Long> fullAt;

  public RateLimits(Clock clock) {
    this(MOST_NAMES, clock);
  }

  RateLimits(int mostNames, Clock clock) {
    this.clock = clock;
    this.fullAt = new Recent<>(mostNames);
  }

  /**
   * Takes one request out of the bucket of {@code name}, if there is one in it.
   *
   * @param perMinute the limit in force; may be another each time
   */
  public RateDecision take(String name, int perMinute) {
    return decide(name, perMinute, true);
  }

  /** What {@link #take} would say, without taking. */
  public RateDecision look(String name, int perMinute) {
    return decide(name, perMinute, false);
  }

  int size() {
    return fullAt.size();
  }

  private synchronized RateDecision decide(String name, int perMinute, boolean taking) {
    if (perMinute < 1) {
      throw new IllegalArgumentException("a limit is at least 1 a minute, got " + perMinute);
    }
    long interval = PERIOD / perMinute;
    long capacity = interval * perMinute;
    Long stored = fullAt.get(name);
    long now = nanos(clock.instant());
    // No further ahead than an empty bucket: a clock that was set back locks nobody out.
    long full = stored == null ? now : Math.clamp(stored, now, now + capacity);
    long after = full + interval;
    if (after - now > capacity) {
      if (taking) {
        fullAt.put(name, full); // from here on it fills, wherever the clock was before
      }
      return new RateDecision.Exceeded(
          perMinute, seconds(full - now), seconds(after - now - capacity));
    }
    if (taking) {
      fullAt.put(name, after);
    }
    return new RateDecision.Within(
        perMinute, (int) ((capacity - (after - now)) / interval), seconds(after - now));
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * SECOND + instant.getNano();
  }

  private static Duration seconds(long nanos) {
    return Duration.ofSeconds(Math.ceilDiv(nanos, SECOND));
  }
}
