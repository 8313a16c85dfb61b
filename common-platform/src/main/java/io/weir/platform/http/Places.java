package io.weir.platform.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A bound on requests at once, with a short wait for those that come when it is full; first come,
 * first served. Thread-safe.
 */
final class Places {
  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final int count;
  private final Semaphore free;
  private final Duration wait;

  Places(int count, Duration wait) {
    this.count = count;
    this.free = new Semaphore(count, true);
    this.wait = wait;
  }

  /** Whether a place was free in time; then {@link #leave} must follow. */
  boolean enter() throws InterruptedException {
    return free.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  void leave() {
    free.release();
  }

  /** What those are told for whom there is none. */
  Problem full() {
    return Problem.tooManyAtOnce(count, COME_BACK);
  }
}
