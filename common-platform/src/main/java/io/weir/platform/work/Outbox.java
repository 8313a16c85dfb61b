package io.weir.platform.work;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.MessagingException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.trace.Tracing;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Indexes;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that are stored with the document they tell of, in one write, and are published from
 * there: at once, or by the {@link Sweeper} when the broker was away or the process died. An event
 * may be published twice, always under the same message id. Thread-safe.
 *
 * <pre>{@code
 * outbox.insert("jobs", job, event);
 *
 * documents.first(jobs.updateOne(which, Updates.combine(change, outbox.add(event))));
 * Sent sent = outbox.publish("jobs", id, event);
 * }</pre>
 */
public final class Outbox {
  /** The array field that holds a document's unsent events. */
  public static final String FIELD = "outbox";

  /** Events that the broker will never take, with the reason, for people who look for them. */
  static final String REFUSED = "outbox_refused";

  static final String CREATED_AT = FIELD + "." + UnsentEvent.CREATED_AT;

  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  private final Documents documents;
  private final ToLongFunction<Outgoing> publish;
  private final Clock clock;
  private final Counter sentAtOnce;
  private final Counter sentLater;
  private final Counter left;
  private final Counter refused;

  /**
   * Does no I/O.
   *
   * @param publish publishes one message and returns its sequence once JetStream has stored it
   */
  public Outbox(
      Documents documents, ToLongFunction<Outgoing> publish, Clock clock, MeterRegistry meters) {
    this.documents = documents;
    this.publish = publish;
    this.clock = clock;
    this.sentAtOnce = sent(meters, "at_once");
    this.sentLater = sent(meters, "sweeper");
    this.left =
        Counter.builder("weir.outbox.left")
            .description("Events left for the sweeper because the broker was away.")
            .register(meters);
    this.refused =
        Counter.builder("weir.outbox.refused")
            .description("Attempts to publish an event that can't be published.")
            .register(meters);
  }

  /** The index that the sweeper's query wants, for a collection with an outbox. */
  public static Indexes index(Indexes indexes) {
    return indexes.sparse("idx_outbox", Sorts.ascending(CREATED_AT));
  }

  /**
   * Stores a new document with its event, then publishes the event.
   *
   * @param document with an {@code _id}, without the event
   * @return what became of the event; empty when a document of that {@code _id} is there already,
   *     which stays as it is
   * @throws InvalidMessageException when the event is larger than its stream takes; the document is
   *     not stored then
   */
  public Optional<Sent> insert(String collection, Document document, Outgoing event)
      throws InterruptedException {
    Object id = Objects.requireNonNull(document.get("_id"), "a document to store has an _id");
    var stored = new Document(document).append(FIELD, embed(event));
    try {
      documents.first(documents.collection(collection).insertOne(stored));
    } catch (DuplicateKeyException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(publish(collection, id, event));
    } catch (InvalidMessageException e) {
      // Nobody has heard of it, and nobody ever would.
      documents.first(documents.collection(collection).deleteOne(Filters.eq("_id", id)));
      throw e;
    }
  }

  /** {@code events} as the value of {@link #FIELD} in a document that is being inserted. */
  public List<Document> embed(Outgoing... events) {
    Instant now = clock.instant();
    return Stream.of(events).map(event -> UnsentEvent.write(event, now)).toList();
  }

  /** The update that adds {@code events} to a document that is there. */
  public Bson add(Outgoing... events) {
    return Updates.pushEach(FIELD, embed(events));
  }

  /**
   * Publishes events that the document {@code id} of {@code collection} holds, in order, and takes
   * them out of it. Never waits for a broker that is known to be away.
   *
   * @throws InvalidMessageException when an event is larger than its stream takes; it stays in the
   *     document
   */
  public Sent publish(String collection, Object id, Outgoing... events)
      throws InterruptedException {
    var sequences = new ArrayList<Long>();
    try {
      for (Outgoing event : events) {
        sequences.add(publish.applyAsLong(event));
        sentAtOnce.increment();
      }
    } catch (PublishFailedException | DependencyUnavailableException e) {
      left.increment(events.length - sequences.size());
      log.atWarn()
          .addKeyValue("collection", collection)
          .addKeyValue("document", id)
          .addKeyValue("reason", e.getMessage())
          .log("event left for the sweeper");
      return new Sent.Waiting(String.valueOf(e.getMessage()));
    } finally {
      forget(collection, id, Stream.of(events).limit(sequences.size()).map(Outgoing::id).toList());
    }
    return new Sent.Published(sequences);
  }

  /**
   * Publishes what a stored document still holds. Events that the broker will never take are put
   * aside in the document.
   *
   * @return how many were published
   * @throws MessagingException when the broker is away
   */
  int publishLeft(String collection, Document document) throws InterruptedException {
    var done = new ArrayList<String>();
    Object id = Objects.requireNonNull(document.get("_id"), "a stored document has an _id");
    try {
      for (Document stored : document.getList(FIELD, Document.class, List.of())) {
        String eventId = String.valueOf(stored.get(UnsentEvent.ID));
        try {
          long _ =
              Tracing.resumed(
                  UnsentEvent.trace(stored), () -> publish.applyAsLong(UnsentEvent.read(stored)));
          done.add(eventId);
          sentLater.increment();
        } catch (PublishFailedException | DependencyUnavailableException e) {
          throw e;
        } catch (InvalidMessageException e) {
          failed(collection, id, eventId, e);
          putAside(collection, id, stored, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
          failed(collection, id, eventId, e);
        }
      }
    } finally {
      forget(collection, id, done);
    }
    return done.size();
  }

  private void failed(String collection, Object id, String event, RuntimeException why) {
    refused.increment();
    log.atError()
        .addKeyValue("collection", collection)
        .addKeyValue("document", id)
        .addKeyValue("event", event)
        .addKeyValue("reason", String.valueOf(why))
        .log("event cannot be published");
  }

  private void putAside(String collection, Object id, Document event, String reason)
      throws InterruptedException {
    documents.first(
        documents
            .collection(collection)
            .updateOne(
                Filters.eq("_id", id),
                Updates.combine(
                    Updates.pullByFilter(
                        Filters.eq(FIELD, Filters.eq(UnsentEvent.ID, event.get(UnsentEvent.ID)))),
                    Updates.push(REFUSED, new Document(event).append("reason", reason)))));
  }

  private void forget(String collection, Object id, List<String> events)
      throws InterruptedException {
    if (events.isEmpty()) {
      return;
    }
    try {
      documents.first(
          documents
              .collection(collection)
              .updateOne(
                  Filters.eq("_id", id),
                  Updates.pullByFilter(Filters.eq(FIELD, Filters.in(UnsentEvent.ID, events)))));
    } catch (DependencyUnavailableException e) {
      // They are published: the sweeper does it once more, under the same ids.
      log.atWarn()
          .addKeyValue("collection", collection)
          .addKeyValue("document", id)
          .addKeyValue("reason", e.getMessage())
          .log("published event not taken out of its document");
    }
  }

  private static Counter sent(MeterRegistry meters, String via) {
    return Counter.builder("weir.outbox.published")
        .description("Events published from documents, at once or by the sweeper.")
        .tag("via", via)
        .register(meters);
  }
}
