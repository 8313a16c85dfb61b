package io.weir.testsupport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Knows when the machine stood still, or had no processor for a thread that was to run: such times
 * are not the fault of what is measured. Thread-safe.
 */
public final class Stalls implements AutoCloseable {
  private static final long TICK_NANOS = Duration.ofMillis(5).toNanos();

  /** A thread may be late by so much on any machine. */
  private static final long NOTABLE_NANOS = Duration.ofMillis(20).toNanos();

  private final List<Stall> stalls = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  private record Stall(long from, long until) {
    long within(long begin, long end) {
      return Math.max(0, Math.min(until - begin, end - begin) - Math.max(from - begin, 0));
    }
  }

  Stalls() {}

  /** Watches until it is closed. */
  public static Stalls watched() {
    var stalls = new Stalls();
    var _ = Thread.ofPlatform().daemon().name("stalls").start(stalls::watch);
    return stalls;
  }

  private void watch() {
    try {
      long due = System.nanoTime() + TICK_NANOS;
      while (!over.await(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        long now = System.nanoTime();
        if (now - due > NOTABLE_NANOS) {
          note(due, now);
        }
        due = now + TICK_NANOS;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void note(long from, long until) {
    stalls.add(new Stall(from, until));
  }

  /** How long it stood still between two values of {@link System#nanoTime}. */
  public Duration between(long from, long until) {
    long sum = 0;
    for (Stall stall : stalls) {
      sum += stall.within(from, until);
    }
    return Duration.ofNanos(sum);
  }

  /** What is left of the time between two values of {@link System#nanoTime}. */
  public Duration running(long from, long until) {
    return Duration.ofNanos(until - from).minus(between(from, until));
  }

  @Override
  public void close() {
    over.countDown();
  }
}
