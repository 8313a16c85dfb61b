package io.weir.messaging.jetstream;

import io.weir.messaging.DependencyUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages whose workers have died again and again, or those of messages beside them. Each runs
 * while nothing else does, so that it is known whose fault it is; that it does is stored first, and
 * survives the process.
 */
final class Suspects {
  private static final Duration UNTIL_ALONE = Duration.ofMillis(20);

  private final Logger log = LoggerFactory.getLogger(Suspects.class);
  private final FailureCounts failureCounts;
  private final IntSupplier busy;
  private final CountDownLatch stopping;
  private final Duration patience;
  private final Runnable over;
  private final AtomicBoolean alone = new AtomicBoolean();

  /**
   * @param busy messages in hand that something is done with, the asking one included
   * @param stopping open when the consumer stops
   * @param patience longest wait for what else runs
   * @param over told when others may run again
   */
  Suspects(
      FailureCounts failureCounts,
      IntSupplier busy,
      CountDownLatch stopping,
      Duration patience,
      Runnable over) {
    this.failureCounts = failureCounts;
    this.busy = busy;
    this.stopping = stopping;
    this.patience = patience;
    this.over = over;
  }

  /** Whether one runs, or waits to: nothing else may be pulled. */
  boolean runsAlone() {
    return alone.get();
  }

  /**
   * Makes way for one suspect; {@link #leave} must follow.
   *
   * @return false when another one is first
   */
  boolean enter() {
    return alone.compareAndSet(false, true);
  }

  /**
   * Waits until nothing else runs, and notes that {@code attempt} runs alone.
   *
   * @return the attempt, with the note; empty when something else runs on and on
   */
  Optional<Attempt> alone(Attempt attempt) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (busy.getAsInt() > 1) {
      if (System.nanoTime() - until >= 0) {
        return Optional.empty();
      }
      if (stopping.await(UNTIL_ALONE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("stopped while waiting to run alone");
      }
    }
    log.atWarn()
        .addKeyValue("deliveries", attempt.delivery())
        .addKeyValue("failures", attempt.failures().count())
        .log("deliveries ended without a word, running it alone");
    FailureCounts.Failures noted = attempt.failures().aloneAt(attempt.delivery());
    failureCounts.write(attempt.origin(), noted);
    return Optional.of(attempt.with(noted));
  }

  /**
   * The process has lived through it, whatever came of it: that is noted before the outcome is
   * settled, and waits for NATS if need be, since without the note the message would be taken for a
   * killer.
   */
  Attempt survived(Attempt attempt) throws InterruptedException {
    FailureCounts.Failures noted = attempt.failures().handedBackAt(attempt.delivery());
    while (true) {
      try {
        failureCounts.write(attempt.origin(), noted);
        return attempt.with(noted);
      } catch (DependencyUnavailableException e) {
        log.atInfo().addKeyValue("reason", e.getMessage()).log("waiting to clear a suspect");
        if (stopping.await(1, TimeUnit.SECONDS)) {
          throw new InterruptedException("stopped while waiting to clear a suspect");
        }
      }
    }
  }

  void leave() {
    alone.set(false);
    over.run();
  }
}
