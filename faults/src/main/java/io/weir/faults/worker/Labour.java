package io.weir.faults.worker;

import io.weir.faults.oracle.AttemptFile;
import io.weir.faults.oracle.Kind;
import io.weir.faults.worker.WorkerSettings.HaltAt;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Mongo;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;

/**
 * What a worker does for a message between taking it and answering it, by whatever library it was
 * taken: note the attempt, take a while, store the effect. Thread-safe.
 */
public final class Labour {
  private static final int KILLED = 137;

  private final WorkerSettings settings;
  private final Mongo mongo;
  private final AttemptFile attempts;
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);

  public Labour(WorkerSettings settings, Mongo mongo) {
    this.settings = settings;
    this.mongo = mongo;
    this.attempts = new AttemptFile(settings.attempts());
  }

  /**
   * One attempt. Returns what the message is: a good one has its effect now, and its result is to
   * be published; of the others nothing was stored.
   *
   * @param attempt the how-manieth attempt at this message it is, as far as the caller knows
   */
  public Kind attempt(String id, int attempt) throws InterruptedException {
    boolean fatal = calls.incrementAndGet() == settings.haltOnAttempt();
    attempts.begun(id, attempt);
    try {
      haltAt(HaltAt.BEFORE_PROCESS, fatal);
      process();
      haltAt(HaltAt.AFTER_PROCESS, fatal);
      Kind kind = Kind.of(id);
      if (kind.isEffective()) {
        store(id);
        haltAt(HaltAt.AFTER_STORE, fatal);
      }
      return kind;
    } finally {
      attempts.ended(id);
    }
  }

  private void process() throws InterruptedException {
    Duration least = settings.busyLeast();
    long range = settings.busyMost().minus(least).toMillis();
    long millis = least.toMillis();
    if (range > 0) {
      millis += ThreadLocalRandom.current().nextLong(range + 1);
    }
    if (millis > 0) {
      boolean _ = never.await(millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Once an id, whoever writes it, and whatever a twin does meanwhile. */
  private void store(String id) throws InterruptedException {
    try {
      var _ = mongo.first(mongo.collection(Work.effectsOf(id)).insertOne(new Document("_id", id)));
      attempts.done(id);
    } catch (DuplicateKeyException e) {
      // Stored by an earlier attempt: the same result is published under the same id.
    }
  }

  private void haltAt(HaltAt boundary, boolean fatal) {
    if (fatal && settings.haltAt() == boundary) {
      Runtime.getRuntime().halt(KILLED);
    }
  }
}
