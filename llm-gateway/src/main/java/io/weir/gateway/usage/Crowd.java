package io.weir.gateway.usage;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Those who find no room: one at a time makes some, and the others wait for that one. Their
 * patience is for waits alone, their own and that one's: what a slow database takes to make room
 * uses none of it up, within bounds. Thread-safe.
 */
final class Crowd {
  /** Patience that is nearly used up is not looked at all the time. */
  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(20);

  /** So many times its patience somebody waits at most, however slow the database. */
  private static final int LONGEST = 10;

  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicLong paused = new AtomicLong();

  /** Waits for a turn; false when those whose turn it was have waited that long for others. */
  boolean enter(Duration patience) throws InterruptedException {
    long before = paused.get();
    long begun = System.nanoTime();
    long left = patience.toNanos();
    while (left > 0 && System.nanoTime() - begun < LONGEST * patience.toNanos()) {
      if (turn.tryLock(Math.max(left, LOOK_EVERY), TimeUnit.NANOSECONDS)) {
        return true;
      }
      left = patience.toNanos() - (paused.get() - before);
    }
    return false;
  }

  /** Whose turn it is waits, unless {@code closed} ends that. */
  void pause(CountDownLatch closed, Duration time) throws InterruptedException {
    boolean _ = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    paused.addAndGet(time.toNanos());
  }

  void leave() {
    turn.unlock();
  }
}
