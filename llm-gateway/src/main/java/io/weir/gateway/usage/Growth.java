package io.weir.gateway.usage;

import java.time.Duration;
import java.time.Instant;

/**
 * How many times the smallest allowance somebody gets who uses them up quickly: twice as many each
 * time one has lasted less than 5 s, up to 1,024, half as many when it has lasted more than 20 s.
 * So the database is asked every few seconds, however much is asked for. Not thread-safe.
 */
final class Growth {
  private static final Duration QUICKLY = Duration.ofSeconds(5);
  private static final Duration SLOWLY = Duration.ofSeconds(20);
  private static final int MOST = 1_024;

  private int times = 1;
  private Instant last = Instant.EPOCH;

  /** The times for an allowance that is fetched now. */
  int next(Instant now) {
    Duration lasted = Duration.between(last, now);
    last = now;
    if (lasted.compareTo(QUICKLY) < 0) {
      times = Math.min(MOST, times * 2);
    } else if (lasted.compareTo(SLOWLY) > 0) {
      times = Math.max(1, times / 2);
    }
    return times;
  }

  /** There was no room for as much. */
  void shrink() {
    times = 1;
  }
}
