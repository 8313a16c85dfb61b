package io.weir.entity.store;

import static io.weir.entity.store.BreadcrumbDocuments.DELETED;
import static io.weir.entity.store.BreadcrumbDocuments.ID;
import static io.weir.entity.store.BreadcrumbDocuments.OWNER;
import static io.weir.entity.store.BreadcrumbDocuments.UPDATED_AT;
import static io.weir.entity.store.BreadcrumbDocuments.VERSION;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import io.weir.messaging.Outgoing;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.work.Outbox;
import io.weir.platform.work.Sent;
import io.weir.proto.v1.BreadcrumbEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * The breadcrumbs. A change and its event are one write, guarded by the version that it was made
 * from; the event is then published, or later by the sweeper. A deleted breadcrumb leaves its id
 * and version, so that nothing late brings it back. Thread-safe. Calls throw what {@link Mongo}
 * throws.
 */
public final class Breadcrumbs {
  /** The collection. */
  public static final String COLLECTION = "breadcrumbs";

  private static final int TRIES = 5;

  private final Mongo mongo;
  private final Outbox outbox;
  private final Clock clock;

  /** Does no I/O. */
  public Breadcrumbs(Mongo mongo, Outbox outbox, Clock clock) {
    this.mongo = mongo;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** The indexes that its queries want. */
  public static Indexes indexes() {
    return Outbox.index(
        Indexes.on(COLLECTION)
            .index(
                "idx_owner_updated",
                Sorts.orderBy(Sorts.ascending(OWNER), Sorts.descending(UPDATED_AT)))
            .index("idx_updated", Sorts.descending(UPDATED_AT)));
  }

  /**
   * Stores a new breadcrumb. When its id is taken, an earlier try of the same creation was here:
   * that one counts.
   */
  public ChangeResult create(String id, String owner, Content content, String correlationId)
      throws InterruptedException {
    Instant now = now();
    var breadcrumb = new Breadcrumb(id, 1, content, owner, now, now, false, Optional.empty());
    Outgoing event =
        BreadcrumbEvents.of(breadcrumb, BreadcrumbEvent.Type.TYPE_CREATED, correlationId);
    Document document = BreadcrumbDocuments.created(breadcrumb);
    document.putAll(BreadcrumbDocuments.changed(1, content, now, false));
    boolean announced =
        outbox
            .insert(COLLECTION, document, event)
            .map(sent -> sent instanceof Sent.Published)
            .orElse(false);
    return new ChangeResult.Changed(breadcrumb, announced);
  }

  /**
   * Replaces the content of a breadcrumb.
   *
   * @param expected the version that the change was made from, or none to replace whatever is there
   */
  public ChangeResult replace(
      String id, Content content, OptionalLong expected, String correlationId)
      throws InterruptedException {
    return change(id, content, BreadcrumbEvent.Type.TYPE_UPDATED, expected, correlationId);
  }

  /** Deletes a breadcrumb: its content and entities are erased, its id and version stay. */
  public ChangeResult delete(String id, OptionalLong expected, String correlationId)
      throws InterruptedException {
    return change(id, Content.empty(), BreadcrumbEvent.Type.TYPE_DELETED, expected, correlationId);
  }

  /** The breadcrumb, also when it is deleted. */
  public Optional<Breadcrumb> find(String id) throws InterruptedException {
    return stored(id).map(BreadcrumbDocuments::breadcrumb);
  }

  /** Those of {@code ids} that are there, in no particular order. */
  public List<Breadcrumb> findLive(Collection<String> ids) throws InterruptedException {
    return live(Filters.in(ID, ids), Math.max(1, ids.size()));
  }

  /**
   * Live ones whose id comes after {@code id}, in the order of ids; for going through all of them.
   */
  public List<Breadcrumb> pageAfter(String id, int size) throws InterruptedException {
    return live(Filters.gt(ID, id), size);
  }

  /**
   * Stores what was found in a version of a breadcrumb.
   *
   * @return false if the breadcrumb has another version by now; nothing was stored
   */
  public boolean saveExtraction(String id, StoredExtraction extraction)
      throws InterruptedException {
    return mongo
        .first(
            breadcrumbs()
                .updateOne(
                    unchanged(id, extraction.version()),
                    new Document("$set", BreadcrumbDocuments.extracted(extraction))))
        .filter(result -> result.getMatchedCount() == 1)
        .isPresent();
  }

  private ChangeResult change(
      String id,
      Content content,
      BreadcrumbEvent.Type type,
      OptionalLong expected,
      String correlationId)
      throws InterruptedException {
    boolean deletes = type == BreadcrumbEvent.Type.TYPE_DELETED;
    long version = 0;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Optional<Breadcrumb> found = find(id).filter(breadcrumb -> !breadcrumb.deleted());
      if (found.isEmpty()) {
        return new ChangeResult.Missing();
      }
      Breadcrumb before = found.get();
      version = before.version();
      if (expected.isPresent() && expected.getAsLong() != version) {
        return new ChangeResult.Conflict(version);
      }
      Instant now = now();
      var after =
          new Breadcrumb(
              id,
              version + 1,
              content,
              before.owner(),
              before.createdAt(),
              now,
              deletes,
              deletes ? Optional.empty() : before.extraction());
      Outgoing event = BreadcrumbEvents.of(after, type, correlationId);
      if (write(before, after, event)) {
        return announced(after, event);
      }
    }
    return new ChangeResult.Conflict(version);
  }

  private boolean write(Breadcrumb before, Breadcrumb after, Outgoing event)
      throws InterruptedException {
    var update =
        new Document(
            "$set",
            BreadcrumbDocuments.changed(
                after.version(), after.content(), after.updatedAt(), after.deleted()));
    if (after.deleted()) {
      update.append("$unset", BreadcrumbDocuments.forgotten());
    }
    return mongo
        .first(
            breadcrumbs()
                .updateOne(
                    unchanged(before.id(), before.version()),
                    Updates.combine(update, outbox.add(event))))
        .filter(result -> result.getMatchedCount() == 1)
        .isPresent();
  }

  private ChangeResult announced(Breadcrumb breadcrumb, Outgoing event)
      throws InterruptedException {
    Sent sent = outbox.publish(COLLECTION, breadcrumb.id(), event);
    return new ChangeResult.Changed(breadcrumb, sent instanceof Sent.Published);
  }

  private List<Breadcrumb> live(Bson which, int limit) throws InterruptedException {
    return mongo
        .all(
            breadcrumbs()
                .find(Filters.and(which, Filters.eq(DELETED, false)))
                .projection(Projections.exclude(Outbox.FIELD))
                .sort(Sorts.ascending(ID))
                .limit(limit))
        .stream()
        .map(BreadcrumbDocuments::breadcrumb)
        .toList();
  }

  private Optional<Document> stored(String id) throws InterruptedException {
    return mongo.first(breadcrumbs().find(Filters.eq(ID, id)).first());
  }

  private static Bson unchanged(String id, long version) {
    return Filters.and(
        Filters.eq(ID, id), Filters.eq(VERSION, version), Filters.eq(DELETED, false));
  }

  private MongoCollection<Document> breadcrumbs() {
    return mongo.collection(COLLECTION);
  }

  // MongoDB keeps milliseconds: what is answered now must equal what is read later.
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
