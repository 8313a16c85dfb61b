package io.weir.enricher.store;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.work.Outbox;
import io.weir.platform.work.Sent;
import io.weir.proto.v1.ContextEnrichRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * The requests that came by HTTP. One is accepted when it is stored together with its unsent
 * message, so that neither is there without the other. Thread-safe.
 */
public final class RequestStore {
  /** Its collection, which has an outbox. */
  public static final String COLLECTION = "enrich_requests";

  private static final Duration KEPT = Duration.ofDays(30);
  private static final String STATUS = "status";

  private final Mongo mongo;
  private final Outbox outbox;
  private final Clock clock;

  public RequestStore(Mongo mongo, Outbox outbox, Clock clock) {
    this.mongo = mongo;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** What the store wants created at start. Requests are kept for 30 days. */
  public static Indexes indexes() {
    return Outbox.index(Indexes.on(COLLECTION).expiry("idx_expiry", "expires_at"));
  }

  /**
   * Stores a request and publishes its message, or leaves that to the sweeper when the broker is
   * away. A request whose id is there already is not stored again: the stored one is returned,
   * whatever it asks.
   *
   * @param content hash of what is asked
   */
  public AcceptedRequest accept(
      String id, PackKey key, String content, ContextEnrichRequest message)
      throws InterruptedException {
    Outgoing event =
        Outgoing.of(
            Subjects.CONTEXT_ENRICH_REQUEST.with(),
            id,
            Codecs.CONTEXT_ENRICH_REQUEST,
            message,
            message.getCorrelationId());
    var request =
        new AcceptedRequest(
            id, key, content, message.getCorrelationId(), AcceptedRequest.Status.PENDING, "");
    try {
      var _ =
          mongo.first(
              mongo
                  .collection(COLLECTION)
                  .insertOne(document(request).append(Outbox.FIELD, outbox.embed(event))));
    } catch (DuplicateKeyException e) {
      return find(id).orElseThrow(() -> e);
    }
    Sent _ = outbox.publish(COLLECTION, id, event);
    return request;
  }

  /** The request with this id, if there is one. */
  public Optional<AcceptedRequest> find(String id) throws InterruptedException {
    return mongo
        .first(mongo.collection(COLLECTION).find(Filters.eq("_id", id)).first())
        .map(RequestStore::read);
  }

  /** Notes that the request's pack is stored; nothing happens when no request has this id. */
  public void done(String id) throws InterruptedException {
    update(id, Updates.set(STATUS, name(AcceptedRequest.Status.DONE)));
  }

  /** Notes why the request was given up; nothing happens when no request has this id. */
  public void failed(String id, String error) throws InterruptedException {
    update(
        id,
        Updates.combine(
            Updates.set(STATUS, name(AcceptedRequest.Status.FAILED)), Updates.set("error", error)));
  }

  private void update(String id, Bson change) throws InterruptedException {
    var _ = mongo.first(mongo.collection(COLLECTION).updateOne(Filters.eq("_id", id), change));
  }

  private Document document(AcceptedRequest request) {
    Instant now = clock.instant();
    return new Document("_id", request.id())
        .append("profile", request.key().profile())
        .append("campaign_id", request.key().campaignId())
        .append("locale", request.key().locale())
        .append("content", request.content())
        .append("correlation_id", request.correlationId())
        .append(STATUS, name(request.status()))
        .append("error", request.error())
        .append("created_at", Date.from(now))
        .append("expires_at", Date.from(now.plus(KEPT)));
  }

  private static AcceptedRequest read(Document document) {
    return new AcceptedRequest(
        document.getString("_id"),
        new PackKey(
            document.getString("profile"),
            document.getString("campaign_id"),
            document.getString("locale")),
        document.getString("content"),
        document.getString("correlation_id"),
        AcceptedRequest.Status.valueOf(document.getString(STATUS).toUpperCase(Locale.ROOT)),
        document.getString("error"));
  }

  private static String name(AcceptedRequest.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
