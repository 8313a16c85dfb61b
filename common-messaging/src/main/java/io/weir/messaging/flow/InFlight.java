package io.weir.messaging.flow;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what is under way by number and by bytes; reserved before it is begun, in the order of
 * asking. Thread-safe.
 */
public final class InFlight {
  private final int maxCount;
  private final int maxBytes;
  private final Semaphore count;
  private final Semaphore bytes;

  /**
   * @param maxCount most things under way, at least 1
   * @param maxBytes most bytes under way, at least 1; a thing that is larger passes when it is
   *     alone
   */
  public InFlight(int maxCount, int maxBytes) {
    if (maxCount < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "what is in flight wants bounds of at least 1, got %d and %d bytes"
              .formatted(maxCount, maxBytes));
    }
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
    this.count = new Semaphore(maxCount, true);
    this.bytes = new Semaphore(maxBytes, true);
  }

  /**
   * Reserves a place and {@code size} bytes, waiting for them if it must.
   *
   * @return whether they were free within {@code longest}; if not, nothing is reserved
   */
  public boolean reserve(int size, Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    if (!count.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    boolean reserved = false;
    try {
      reserved =
          bytes.tryAcquire(charged(size), deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } finally {
      if (!reserved) {
        count.release();
      }
    }
    return reserved;
  }

  /** Gives back what a reservation of {@code size} took. */
  public void release(int size) {
    bytes.release(charged(size));
    count.release();
  }

  /** How many things are under way. */
  public int count() {
    return maxCount - count.availablePermits();
  }

  /** How many bytes are under way; one larger than the bound counts as the bound. */
  public int bytes() {
    return maxBytes - bytes.availablePermits();
  }

  private int charged(int size) {
    return Math.min(size, maxBytes);
  }
}
