package io.weir.platform.work;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.runtime.Component;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.mongo.Documents;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events that were left in their documents. Several may sweep at once: they publish
 * under the same message ids. Thread-safe.
 */
public final class Sweeper implements Component {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private final Documents documents;
  private final Outbox outbox;
  private final Clock clock;
  private final Settings settings;
  private final List<String> collections;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean started;

  /**
   * When it sweeps and what.
   *
   * @param every pause between sweeps
   * @param age younger events are left to those who stored them
   * @param page most documents read at once
   */
  public record Settings(Duration every, Duration age, int page) {
    /** Reads {@code OUTBOX_SWEEP_EVERY} [5 s] and {@code OUTBOX_SWEEP_AGE} [5 s]. */
    public static Settings read(SettingsReader settings) {
      return new Settings(
          settings.duration(
              "OUTBOX_SWEEP_EVERY",
              Duration.ofSeconds(5),
              Duration.ofMillis(100),
              Duration.ofMinutes(10),
              "pause between two sweeps for unpublished events"),
          settings.duration(
              "OUTBOX_SWEEP_AGE",
              Duration.ofSeconds(5),
              Duration.ZERO,
              Duration.ofMinutes(10),
              "age from which an unpublished event is swept"),
          100);
    }
  }

  /**
   * Does no I/O.
   *
   * @param collections those whose documents have an outbox
   */
  public Sweeper(
      Documents documents,
      Outbox outbox,
      Clock clock,
      Settings settings,
      List<String> collections) {
    this.documents = documents;
    this.outbox = outbox;
    this.clock = clock;
    this.settings = settings;
    this.collections = List.copyOf(collections);
  }

  @Override
  public void start() {
    started = true;
    Thread.ofVirtual().name("outbox-sweeper").start(this::run);
  }

  @Override
  public void drain(Duration timeout) throws InterruptedException {
    stopping.countDown();
    if (started && !stopped.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      log.atWarn().log("the sweeper was cut off; what it left is swept after the next start");
    }
  }

  @Override
  public void close() {
    stopping.countDown();
  }

  /**
   * One sweep over all collections.
   *
   * @return how many events it published
   * @throws PublishFailedException when the broker is away; the rest waits for the next sweep
   * @throws DependencyUnavailableException when MongoDB is away
   */
  public int sweep() throws InterruptedException {
    int published = 0;
    for (String collection : collections) {
      published += sweep(collection);
    }
    if (published > 0) {
      log.atInfo().addKeyValue("events", published).log("events published by the sweeper");
    }
    return published;
  }

  private int sweep(String collection) throws InterruptedException {
    Bson old = Filters.lte(Outbox.CREATED_AT, Date.from(clock.instant().minus(settings.age())));
    int published = 0;
    @Nullable Object last = null;
    while (stopping.getCount() > 0) {
      // By _id and beyond the last one seen: a document whose event can't go out holds up no other.
      List<Document> page =
          documents.all(
              documents
                  .collection(collection)
                  .find(last == null ? old : Filters.and(old, Filters.gt("_id", last)))
                  .sort(Sorts.ascending("_id"))
                  .projection(Projections.include(Outbox.FIELD))
                  .limit(settings.page()));
      for (Document document : page) {
        published += outbox.publishLeft(collection, document);
      }
      if (page.size() < settings.page()) {
        break;
      }
      last = page.getLast().get("_id");
    }
    return published;
  }

  private void run() {
    try {
      while (!stopping.await(settings.every().toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          sweep();
        } catch (PublishFailedException | DependencyUnavailableException e) {
          log.atDebug().addKeyValue("reason", e.getMessage()).log("sweep put off");
        } catch (RuntimeException e) {
          log.atError().setCause(e).log("sweep failed");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
  }
}
