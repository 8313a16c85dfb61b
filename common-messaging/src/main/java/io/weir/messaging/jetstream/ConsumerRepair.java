package io.weir.messaging.jetstream;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a consumer that does not answer pulls is there, and puts it back in place when the
 * server does not know it any more. Beside the pulls: while a cluster elects, an answer may take
 * longer than the election. One look or repair at a time. Thread-safe.
 */
final class ConsumerRepair {
  private final Logger log = LoggerFactory.getLogger(ConsumerRepair.class);
  private final String consumer;
  private final BooleanSupplier inPlace;
  private final BooleanSupplier there;
  private final AtomicBoolean running = new AtomicBoolean();

  /**
   * @param inPlace puts them in place, and tells whether one was not; may block
   * @param there tells whether they are there and answer now; may block for a moment
   */
  ConsumerRepair(String consumer, BooleanSupplier inPlace, BooleanSupplier there) {
    this.consumer = consumer;
    this.inPlace = inPlace;
    this.there = there;
  }

  /**
   * Begins a repair unless one is on its way; returns at once.
   *
   * @param changed told on another thread when something was put in place
   */
  void begin(Runnable changed) {
    begin(inPlace, changed);
  }

  /**
   * Looks for them unless a look or a repair is on its way; returns at once.
   *
   * @param found told on another thread when they are there
   */
  void look(Runnable found) {
    begin(there, found);
  }

  private void begin(BooleanSupplier what, Runnable then) {
    if (running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("repair-" + consumer).start(() -> run(what, then));
    }
  }

  private void run(BooleanSupplier what, Runnable then) {
    try {
      if (what.getAsBoolean()) {
        then.run();
      }
    } catch (RuntimeException | Error e) {
      log.atWarn().addKeyValue("consumer", consumer).setCause(e).log("consumer not put in place");
    } finally {
      running.set(false);
    }
  }
}
