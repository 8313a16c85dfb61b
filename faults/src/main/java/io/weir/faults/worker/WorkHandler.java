package io.weir.faults.worker;

import com.google.protobuf.StringValue;
import io.weir.faults.oracle.AttemptFile;
import io.weir.faults.oracle.Kind;
import io.weir.faults.worker.WorkerSettings.HaltAt;
import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Mongo;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;

/** Process, store, answer: as a worker should do it. */
final class WorkHandler implements MessageHandler<StringValue> {
  private static final int KILLED = 137;

  private final WorkerSettings settings;
  private final Mongo mongo;
  private final AttemptFile attempts;
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);

  WorkHandler(WorkerSettings settings, Mongo mongo, AttemptFile attempts) {
    this.settings = settings;
    this.mongo = mongo;
    this.attempts = attempts;
  }

  @Override
  public Outcome handle(Delivery<StringValue> delivery) throws InterruptedException {
    String id = delivery.messageId();
    boolean fatal = calls.incrementAndGet() == settings.haltOnAttempt();
    attempts.begun(id, delivery.deliveries());
    try {
      haltAt(HaltAt.BEFORE_PROCESS, fatal);
      process();
      haltAt(HaltAt.AFTER_PROCESS, fatal);
      return switch (Kind.of(id)) {
        case GOOD -> {
          store(id);
          haltAt(HaltAt.AFTER_STORE, fatal);
          yield Outcome.done(Work.result(id));
        }
        case DEAD, RUBBISH -> Outcome.dead("no retry can help");
        case FAILING -> Outcome.retry("fails every time");
      };
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
