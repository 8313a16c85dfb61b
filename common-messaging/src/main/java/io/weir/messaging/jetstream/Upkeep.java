package io.weir.messaging.jetstream;

import io.weir.messaging.flow.DependencyGate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a consumer sees to every second beside its pulls. Dependencies that are away are asked
 * whether they are back. Leftovers show once nothing is awaited any more, so they are looked for
 * all the time.
 */
final class Upkeep {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int ROUNDS_BETWEEN_LOOKS = 2;

  private final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private final String consumer;
  private final DependencyGate gate;
  private final Leftovers leftovers;
  private final Runnable resume;
  private final Clock clock;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile Instant connectedAt;

  /**
   * @param resume told when the gate is open again
   */
  Upkeep(String consumer, DependencyGate gate, Leftovers leftovers, Runnable resume, Clock clock) {
    this.clock = clock;
    this.connectedAt = clock.instant();
    this.consumer = consumer;
    this.gate = gate;
    this.leftovers = leftovers;
    this.resume = resume;
  }

  void start() {
    Thread.ofVirtual().name("upkeep-" + consumer).start(this::run);
  }

  void stop() {
    stopping.countDown();
  }

  /** The connection is back; does not block. */
  void reconnected() {
    connectedAt = clock.instant();
  }

  private void run() {
    int round = 0;
    try {
      while (!stopping.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        reopenWhenBack();
        if (round++ % ROUNDS_BETWEEN_LOOKS == 0) {
          lookForLeftovers();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookForLeftovers() {
    try {
      leftovers.remove(connectedAt);
    } catch (RuntimeException | Error e) {
      log.atDebug().addKeyValue("consumer", consumer).setCause(e).log("leftovers not looked for");
    }
  }

  private void reopenWhenBack() throws InterruptedException {
    try {
      if (gate.closedBecause().isPresent() && gate.probe()) {
        log.atInfo().addKeyValue("consumer", consumer).log("dependencies back, pulling goes on");
        resume.run();
      }
    } catch (RuntimeException | Error e) {
      // Upkeep that died would leave the gate shut for good.
      log.atWarn().addKeyValue("consumer", consumer).setCause(e).log("probe failed, going on");
    }
  }
}
