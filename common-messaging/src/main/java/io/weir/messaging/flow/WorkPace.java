package io.weir.messaging.flow;

/**
 * Whether work of one kind is quick, by what it took lately. Work that nothing is known of is taken
 * for slow. Thread-safe; threads that tell it something at once may overwrite each other, which
 * changes little.
 */
final class WorkPace {
  private static final long QUICK_NANOS = 1_000_000;

  /** One that was held up for long by something else says no more than this. */
  private static final long MOST_NANOS = 20 * QUICK_NANOS;

  /** A quick one among slow ones, or the other way round, changes little. */
  private static final int WEIGHT = 8;

  private volatile long average = MOST_NANOS;

  /** Less than a millisecond, by a moving average. */
  boolean isQuick() {
    return average < QUICK_NANOS;
  }

  /** Work was done. */
  void took(long nanos) {
    long before = average;
    average = before + (Math.min(nanos, MOST_NANOS) - before) / WEIGHT;
  }
}
