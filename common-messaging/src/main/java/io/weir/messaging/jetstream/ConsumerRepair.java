package io.weir.messaging.jetstream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a consumer that does not answer pulls is there, and puts it back in place when the
 * server does not know it any more. Beside the pulls: while a cluster elects, an answer may take
 * longer than the election. One look or repair at a time; a repair that is asked for during a look
 * follows it. Thread-safe.
 */
final class ConsumerRepair {
  /** What a look found. */
  enum Found {
    /** It answers. */
    THERE,
    /** The server does not know it. */
    GONE,
    /** Nobody answers for it now. */
    NO_ANSWER
  }

  private final Logger log = LoggerFactory.getLogger(ConsumerRepair.class);
  private final String consumer;
  private final BooleanSupplier inPlace;
  private final Supplier<Found> there;
  private final AtomicBoolean running = new AtomicBoolean();
  private final AtomicReference<@Nullable Runnable> repairAwaited = new AtomicReference<>();

  /**
   * @param inPlace puts them in place, and tells whether one was not; may block
   * @param there looks for them; may block for a moment
   */
  ConsumerRepair(String consumer, BooleanSupplier inPlace, Supplier<Found> there) {
    this.consumer = consumer;
    this.inPlace = inPlace;
    this.there = there;
  }

  /**
   * Repairs, once what is on its way is done; returns at once.
   *
   * @param changed told on another thread when something was put in place
   */
  void begin(Runnable changed) {
    repairAwaited.set(changed);
    repairIfAwaited();
  }

  /**
   * Looks for them unless a look or a repair is on its way, and repairs what is gone; returns at
   * once.
   *
   * @param found told on another thread when they are there
   * @param changed told on another thread when something was put in place
   */
  void look(Runnable found, Runnable changed) {
    if (running.compareAndSet(false, true)) {
      start(() -> looked(found, changed));
    }
  }

  /** Looks for them on the calling thread, and tells how long that took; throws nothing. */
  Duration answerTime() {
    long asked = System.nanoTime();
    try {
      var _ = there.get();
    } catch (RuntimeException e) {
      log.atDebug().addKeyValue("consumer", consumer).setCause(e).log("not looked for");
    }
    return Duration.ofNanos(System.nanoTime() - asked);
  }

  private void repairIfAwaited() {
    if (repairAwaited.get() != null && running.compareAndSet(false, true)) {
      start(() -> repair(repairAwaited.getAndSet(null)));
    }
  }

  private void start(Runnable work) {
    Thread.ofVirtual().name("repair-" + consumer).start(() -> run(work));
  }

  private void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      log.atWarn().addKeyValue("consumer", consumer).setCause(e).log("consumer not put in place");
    } finally {
      running.set(false);
    }
    repairIfAwaited();
  }

  private void looked(Runnable found, Runnable changed) {
    switch (there.get()) {
      case THERE -> found.run();
      case GONE -> repair(changed);
      case NO_ANSWER -> {}
    }
  }

  private void repair(@Nullable Runnable changed) {
    if (inPlace.getAsBoolean() && changed != null) {
      changed.run();
    }
  }
}
