package io.weir.platform.work;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.result.DeleteResult;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.Component;
import io.weir.platform.mongo.Documents;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.conversions.Bson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes documents whose time has passed, in batches. For servers that do not do it by themselves,
 * and to the same end where they do. Several may sweep at once. Thread-safe.
 */
public final class Expiry implements Component {
  /** The field that holds the time after which a document is of no use. */
  public static final String FIELD = "expires_at";

  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final int BATCH = 500;
  private static final Logger log = LoggerFactory.getLogger(Expiry.class);

  private final Documents documents;
  private final Clock clock;
  private final Duration every;
  private final int batch;
  private final List<String> collections;
  private final CountDownLatch stopping = new CountDownLatch(1);

  /**
   * Sweeps every 5 minutes, 500 documents at once. Does no I/O before the start.
   *
   * @param collections those whose documents have a {@link #FIELD}
   */
  public Expiry(Documents documents, Clock clock, List<String> collections) {
    this(documents, clock, collections, EVERY, BATCH);
  }

  Expiry(Documents documents, Clock clock, List<String> collections, Duration every, int batch) {
    this.documents = documents;
    this.clock = clock;
    this.collections = List.copyOf(collections);
    this.every = every;
    this.batch = batch;
  }

  @Override
  public void start() {
    Thread.ofVirtual().name("expiry").start(this::run);
  }

  @Override
  public void drain(Duration timeout) {
    stopping.countDown();
  }

  @Override
  public void close() {
    stopping.countDown();
  }

  /**
   * One sweep over all collections.
   *
   * @return how many documents it deleted
   * @throws DependencyUnavailableException when MongoDB is away
   */
  public long sweep() throws InterruptedException {
    long deleted = 0;
    for (String collection : collections) {
      deleted += sweep(collection);
    }
    return deleted;
  }

  private long sweep(String collection) throws InterruptedException {
    Bson expired = Filters.lte(FIELD, Date.from(clock.instant()));
    long deleted = 0;
    while (stopping.getCount() > 0) {
      List<Object> ids =
          documents
              .all(
                  documents
                      .collection(collection)
                      .find(expired)
                      .projection(Projections.include("_id"))
                      .limit(batch))
              .stream()
              .map(document -> document.get("_id"))
              .toList();
      if (ids.isEmpty()) {
        break;
      }
      // Compared once more: one that was used again meanwhile stays.
      deleted +=
          documents
              .first(
                  documents
                      .collection(collection)
                      .deleteMany(Filters.and(Filters.in("_id", ids), expired)))
              .map(DeleteResult::getDeletedCount)
              .orElse(0L);
      if (ids.size() < batch) {
        break;
      }
    }
    return deleted;
  }

  private void run() {
    try {
      while (!stopping.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          long deleted = sweep();
          log.atDebug().addKeyValue("documents", deleted).log("expired documents deleted");
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
