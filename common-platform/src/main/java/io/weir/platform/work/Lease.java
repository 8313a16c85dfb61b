package io.weir.platform.work;

import io.weir.messaging.DependencyUnavailableException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a claim alive while its work is done. Close it before the last write, which alone finds out
 * whether the claim was taken: one that was renewed late and that nobody took is good, and what was
 * paid for under it too. Thread-safe.
 */
public final class Lease implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lease.class);

  private final Callable<Boolean> renew;
  private final Duration length;
  private final CountDownLatch closed = new CountDownLatch(1);

  Lease(Callable<Boolean> renew, Duration length) {
    this.renew = renew;
    this.length = length;
    Thread.ofVirtual().name("claim-lease").start(this::run);
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      while (!closed.await(length.toMillis() / 3, TimeUnit.MILLISECONDS)) {
        try {
          if (!renew.call()) {
            log.atWarn().log("claim lost to another worker");
            return;
          }
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
