package io.weir.gateway.http;

import io.weir.gateway.pipeline.Failure;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A bound on requests at once, with a short wait for those that come when it is full. */
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

  Failure full() {
    return Failure.busy(
        "The gateway has " + count + " requests in hand and takes no more; try again shortly.",
        COME_BACK);
  }
}
