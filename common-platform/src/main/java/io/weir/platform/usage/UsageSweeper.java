package io.weir.platform.usage;

import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.Component;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends charges that nobody came to end: their process died between two steps. Several may sweep at
 * once. Thread-safe.
 */
public final class UsageSweeper implements Component {
  private static final int MONTHS = 100;
  private static final Logger log = LoggerFactory.getLogger(UsageSweeper.class);

  private final Usage usage;
  private final WorkState.Source works;
  private final Duration every;
  private final CountDownLatch stopping = new CountDownLatch(1);

  /**
   * Does no I/O.
   *
   * @param works tells how far work is
   * @param every pause between sweeps
   */
  public UsageSweeper(Usage usage, WorkState.Source works, Duration every) {
    this.usage = usage;
    this.works = works;
    this.every = every;
  }

  @Override
  public void start() {
    Thread.ofVirtual().name("usage-sweeper").start(this::run);
  }

  @Override
  public void close() {
    stopping.countDown();
  }

  /**
   * One sweep.
   *
   * @return how many charges it ended
   * @throws DependencyUnavailableException when MongoDB is away
   */
  public int sweep() throws InterruptedException {
    int ended = usage.sweep(works, MONTHS);
    if (ended > 0) {
      log.atInfo().addKeyValue("charges", ended).log("charges ended by the sweeper");
    }
    return ended;
  }

  private void run() {
    try {
      while (!stopping.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          sweep();
        } catch (DependencyUnavailableException e) {
          log.atDebug().addKeyValue("reason", e.getMessage()).log("sweep put off");
        } catch (RuntimeException e) {
          log.atError().setCause(e).log("sweep failed");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
