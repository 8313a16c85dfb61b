package io.weir.testsupport;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for a condition instead of sleeping. */
public final class Await {

  private static final long INTERVAL_NANOS = Duration.ofMillis(10).toNanos();

  private Await() {}

  /**
   * Looks every 10 ms until the condition holds. A look that throws counts as "not yet"; throws
   * {@link AssertionError} with the description, and the last exception as its cause, when the time
   * is over.
   */
  public static void until(String description, Duration within, Callable<Boolean> condition)
      throws InterruptedException {
    value(description, within, () -> condition.call() ? Boolean.TRUE : null);
  }

  /** As {@link #until}, for a value that is null (or cannot be had) until it is there. */
  public static <T> T value(
      String description, Duration within, Callable<? extends @Nullable T> source)
      throws InterruptedException {
    long start = System.nanoTime();
    Throwable last = null;
    int looks = 0;
    while (true) {
      looks++;
      try {
        T value = source.call();
        if (value != null) {
          return value;
        }
        last = null;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | AssertionError e) {
        last = e;
      }
      if (System.nanoTime() - start > within.toNanos()) {
        throw new AssertionError(
            "waited %d ms in vain for: %s (%d looks%s)"
                .formatted(
                    within.toMillis(),
                    description,
                    looks,
                    last == null ? "" : ", the last one failed: " + last),
            last);
      }
      LockSupport.parkNanos(INTERVAL_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for: " + description);
      }
    }
  }
}
