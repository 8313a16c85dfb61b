package io.weir.platform.work;

import io.weir.messaging.DependencyUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a claim alive while its work is done. Close it before the last write. Thread-safe. */
public final class Lease implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lease.class);

  private final Callable<Boolean> renew;
  private final Duration length;
  private final Clock clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Instant until;
  private volatile boolean taken;

  Lease(Callable<Boolean> renew, Duration length, Clock clock) {
    this.renew = renew;
    this.length = length;
    this.clock = clock;
    this.until = clock.instant().plus(length);
    Thread.ofVirtual().name("claim-lease").start(this::run);
  }

  /** Whether the claim is lost, or so old that it may be; further work would be for nothing. */
  public boolean lost() {
    return taken || !clock.instant().isBefore(until);
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      while (!closed.await(length.toMillis() / 3, TimeUnit.MILLISECONDS)) {
        Instant begun = clock.instant();
        try {
          if (!renew.call()) {
            taken = true;
            log.atWarn().log("claim lost to another worker");
            return;
          }
          until = begun.plus(length);
        } catch (DependencyUnavailableException e) {
          log.atDebug().addKeyValue("reason", e.getMessage()).log("claim not renewed");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.atWarn().setCause(e).log("claim not renewed any more");
    }
  }
}
