package io.weir.cli.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What a step writes to, and how it waits: a sign of life every few seconds. Not thread-safe. */
final class Paper {

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration SIGN_EVERY = Duration.ofSeconds(3);

  /** Asked again and again until it has something; may throw what ends the wait. */
  interface Look<T> {
    Optional<T> at() throws InterruptedException;
  }

  private final PrintStream out;
  private final LongSupplier nanoTime;
  private final CountDownLatch never = new CountDownLatch(1);

  /**
   * @param nanoTime such as {@link System#nanoTime}
   */
  Paper(PrintStream out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  void heading(String text) {
    out.println();
    out.println(text);
  }

  void line(String text) {
    out.println("  " + text);
  }

  /** Waits up to {@code within}; empty when it did not come. */
  <T> Optional<T> await(String what, Duration within, Look<T> look) throws InterruptedException {
    long start = nanoTime.getAsLong();
    long signed = start;
    while (true) {
      Optional<T> found = look.at();
      long now = nanoTime.getAsLong();
      if (found.isPresent() || now - start >= within.toNanos()) {
        return found;
      }
      if (now - signed >= SIGN_EVERY.toNanos()) {
        signed = now;
        line(
            "... waiting for %s (%d s)".formatted(what, Duration.ofNanos(now - start).toSeconds()));
      }
      never.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  Duration since(long start) {
    return Duration.ofNanos(nanoTime.getAsLong() - start);
  }

  long now() {
    return nanoTime.getAsLong();
  }
}
