package io.weir.platform.mongo;

import com.mongodb.reactivestreams.client.MongoCollection;
import io.weir.messaging.DependencyUnavailableException;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.reactivestreams.Publisher;

/**
 * How stores reach their documents: blocking, on virtual threads, whatever the driver publishes.
 * Thread-safe.
 *
 * <p>All calls throw {@link DependencyUnavailableException} when MongoDB is away or does not answer
 * in time (a write may have been done then), {@link DuplicateKeyException} when a unique index
 * stands against a write, and {@link MongoRefusedException} for whatever else it refuses.
 */
public interface Documents {
  /**
   * A collection of the service's database. Dates come back as {@link java.util.Date}.
   *
   * @throws IllegalStateException before the start: look it up for each use, not while wiring
   */
  MongoCollection<Document> collection(String name);

  /** The first item, if there is one; for single documents and for the results of writes. */
  <T> Optional<T> first(Publisher<T> publisher) throws InterruptedException;

  /** All items. Give queries a limit: they are all held in memory. */
  <T> List<T> all(Publisher<T> publisher) throws InterruptedException;
}
