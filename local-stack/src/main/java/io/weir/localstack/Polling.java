package io.weir.localstack;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what another process does, which can only be looked at, not subscribed to. */
final class Polling {

  private static final long INTERVAL_NANOS = Duration.ofMillis(15).toNanos();

  private Polling() {}

  /**
   * Returns whether the condition became true within the time; it is looked at once even when the
   * time is zero.
   */
  static boolean until(Duration within, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      LockSupport.parkNanos(INTERVAL_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for a process");
      }
    }
    return true;
  }
}
