package io.weir.platform.mongo;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MongoDB as a part of a service. Waits for it at start, creates the declared indexes, watches it
 * by ping, and lets blocking code wait for what the reactive driver publishes. Writes are
 * acknowledged by a majority, from their journals. Thread-safe; meant for virtual threads.
 *
 * <p>All calls throw {@link DependencyUnavailableException} when MongoDB is away or does not answer
 * in time, {@link DuplicateKeyException} when a unique index stands against a write, and {@link
 * MongoRefusedException} for whatever else it refuses.
 */
public final class Mongo implements Documents, Component, HealthSource {
  private static final Logger log = LoggerFactory.getLogger(Mongo.class);
  private static final String NAME = MongoFailures.DEPENDENCY;
  private static final Duration PING_EVERY = Duration.ofSeconds(10);
  private static final Duration PING_AGAIN = Duration.ofMillis(500);
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);
  private static final Duration INDEX_BUILD = Duration.ofMinutes(30);

  private final MongoSettings settings;
  private final Clock clock;
  private final List<Indexes> indexes = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable MongoClient client;
  private volatile Seen seen;

  /** When it last answered, and why it did not since. */
  private record Seen(@Nullable Instant wellAt, @Nullable String problem) {}

  /** Makes no connection; that is {@link #start}'s part. */
  public Mongo(MongoSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.seen = new Seen(null, "not connected yet");
  }

  /** Has these created at start. Call while wiring. */
  public Mongo with(Indexes declared) {
    indexes.add(declared);
    return this;
  }

  @Override
  public MongoCollection<Document> collection(String name) {
    return connected().getDatabase(settings.database()).getCollection(name);
  }

  @Override
  public <T> Optional<T> first(Publisher<T> publisher) throws InterruptedException {
    return answer(publisher, true, settings.timeout()).stream().findFirst();
  }

  @Override
  public <T> List<T> all(Publisher<T> publisher) throws InterruptedException {
    return List.copyOf(answer(publisher, false, settings.timeout()));
  }

  /** Whether it answered the last time; for those who can do without and would rather not wait. */
  public boolean isConnected() {
    return seen.problem() == null;
  }

  /** Asks MongoDB for a sign of life. */
  public void ping() throws InterruptedException {
    first(connected().getDatabase(settings.database()).runCommand(new Document("ping", 1)));
  }

  /**
   * Connects, waits for MongoDB as long as it takes, and creates the indexes.
   *
   * @throws MongoRefusedException when the credentials are wrong or an index can't be created
   */
  @Override
  public void start() throws InterruptedException {
    client = MongoClients.create(DriverSettings.of(settings, settings.timeout()));
    awaitFirstPing();
    createIndexes();
    Thread.ofVirtual().name("mongodb-ping").start(this::watch);
  }

  @Override
  public void close() {
    closed.countDown();
    MongoClient current = client;
    if (current != null) {
      current.close();
    }
  }

  @Override
  public List<HealthCheck> checks() {
    Seen now = seen;
    HealthCheck check =
        now.problem() == null
            ? HealthCheck.ok(NAME)
            : HealthCheck.down(
                NAME, now.problem(), "nothing can be stored; work waits until it is back");
    return List.of(
        now.wellAt() == null
            ? check
            : check.withAge(
                Duration.between(now.wellAt(), clock.instant()), PING_EVERY.multipliedBy(3)));
  }

  @Override
  public Map<String, Object> facts() {
    return Map.of("mongo", seen.problem() == null ? "connected" : "disconnected");
  }

  /** On connections of their own: building one on a full collection takes its time. */
  private void createIndexes() throws InterruptedException {
    List<Indexes> wanted = indexes.stream().filter(one -> !one.models().isEmpty()).toList();
    if (wanted.isEmpty()) {
      return;
    }
    try (MongoClient patient = MongoClients.create(DriverSettings.of(settings, INDEX_BUILD))) {
      var database = patient.getDatabase(settings.database());
      for (Indexes declared : wanted) {
        create(declared, database);
      }
    }
  }

  private void create(Indexes declared, MongoDatabase database) throws InterruptedException {
    while (true) {
      try {
        var _ =
            answer(
                database.getCollection(declared.collection()).createIndexes(declared.models()),
                false,
                INDEX_BUILD);
        return;
      } catch (DependencyUnavailableException e) {
        // What was begun goes on, and is not begun again.
        awaitFirstPing();
      }
    }
  }

  private <T> List<T> answer(Publisher<T> publisher, boolean onlyFirst, Duration timeout)
      throws InterruptedException {
    try {
      List<T> found = Answer.await(publisher, onlyFirst, timeout);
      well();
      return found;
    } catch (DependencyUnavailableException e) {
      away(e);
      throw e;
    }
  }

  private void awaitFirstPing() throws InterruptedException {
    Instant said = clock.instant();
    while (closed.getCount() > 0) {
      try {
        ping();
        return;
      } catch (DependencyUnavailableException e) {
        if (Duration.between(said, clock.instant()).compareTo(SAY_EVERY) >= 0) {
          said = clock.instant();
          log.atWarn().addKeyValue("reason", e.getMessage()).log("waiting for MongoDB");
        }
      }
      boolean _ = closed.await(PING_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }
    throw new InterruptedException("closed while waiting for MongoDB");
  }

  private void watch() {
    try {
      while (!closed.await(
          (seen.problem() == null ? PING_EVERY : PING_AGAIN).toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          ping();
        } catch (DependencyUnavailableException e) {
          // noted already
        } catch (RuntimeException e) {
          away(e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void well() {
    if (seen.problem() != null) {
      log.atInfo().log("MongoDB is connected");
    }
    seen = new Seen(clock.instant(), null);
  }

  private void away(RuntimeException e) {
    Seen before = seen;
    seen = new Seen(before.wellAt(), String.valueOf(e.getMessage()));
    if (before.problem() == null && closed.getCount() > 0) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("MongoDB is away");
    }
  }

  private MongoClient connected() {
    MongoClient current = client;
    if (current == null) {
      throw new IllegalStateException("MongoDB is used before its start");
    }
    return current;
  }
}
