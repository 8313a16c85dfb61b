package io.weir.benchmarks.measure;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Measures what messages in hand take of the heap. */
public final class HeldHeap {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration SETTLE = Duration.ofMillis(100);
  private static final int COLLECTIONS = 3;
  private static final double MEBIBYTE = 1 << 20;

  private HeldHeap() {}

  /** Takes messages in hand and keeps them until it is closed. */
  public interface Holder extends AutoCloseable {
    /** Begins to take them. */
    void take() throws Exception;

    /** How many it has. */
    long held();

    @Override
    void close() throws Exception;
  }

  /**
   * The live set of the heap with {@code messages} in hand, above that of a holder which has none,
   * in MiB.
   */
  public static double measure(Holder holder, int messages) throws Exception {
    long before = liveSet();
    holder.take();
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (holder.held() < messages) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "%d of %d messages in hand after %s".formatted(holder.held(), messages, LONGEST));
      }
      LockSupport.parkNanos(SETTLE.toNanos());
    }
    return (liveSet() - before) / MEBIBYTE;
  }

  private static long liveSet() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      LockSupport.parkNanos(SETTLE.toNanos());
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
