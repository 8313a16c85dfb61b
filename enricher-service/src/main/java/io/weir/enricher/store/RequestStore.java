package io.weir.enricher.store;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.platform.llm.Bought;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.Charge;
import io.weir.platform.work.Expiry;
import io.weir.platform.work.Outbox;
import io.weir.platform.work.Sent;
import io.weir.proto.v1.ContextEnrichRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * The requests. One that comes by HTTP is accepted when it is stored together with its unsent
 * message, so that neither is there without the other; one that comes as a message is noted when it
 * is first worked on. Thread-safe.
 */
public final class RequestStore {
  /** Its collection, which has an outbox. */
  public static final String COLLECTION = "enrich_requests";

  private static final Duration KEPT = Duration.ofDays(30);
  private static final String PACK = "pack_id";
  private static final String STATUS = "status";
  private static final String BOUGHT = PackDocument.BOUGHT;

  private final Documents documents;
  private final Outbox outbox;
  private final Clock clock;

  public RequestStore(Documents documents, Outbox outbox, Clock clock) {
    this.documents = documents;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** What the store wants created at start. Requests are kept for 30 days. */
  public static Indexes indexes() {
    return Outbox.index(Indexes.on(COLLECTION).expiry("idx_expiry", Expiry.FIELD));
  }

  /**
   * Stores a request and publishes its message, or leaves that to the sweeper when the broker is
   * away. A request whose id is there already is not stored again.
   *
   * @param charge is stored with it
   * @return the request as it is stored
   */
  public AcceptedRequest accept(String id, PackKey key, ContextEnrichRequest message, Charge charge)
      throws InterruptedException {
    Outgoing event =
        Outgoing.of(
            Subjects.CONTEXT_ENRICH_REQUEST.with(),
            id,
            Codecs.CONTEXT_ENRICH_REQUEST,
            message,
            message.getCorrelationId());
    var request = AcceptedRequest.pending(id, key, message.getCorrelationId(), charge);
    Optional<Sent> sent = outbox.insert(COLLECTION, document(request), event);
    return sent.isPresent() ? request : find(id).orElse(request);
  }

  /**
   * Stores a request whose message is being worked on.
   *
   * @return the request as it is stored: another one when it was there already
   */
  public AcceptedRequest note(AcceptedRequest request) throws InterruptedException {
    try {
      var _ = documents.first(documents.collection(COLLECTION).insertOne(document(request)));
    } catch (DuplicateKeyException e) {
      return find(request.id()).orElseThrow(() -> e);
    }
    return request;
  }

  /** Adds what models were paid for a request that is not ended, once each. */
  public void paid(String id, List<Bought> bought) throws InterruptedException {
    pending(id, Updates.addEachToSet(BOUGHT, PackDocument.of(bought)));
  }

  /** The request with this id, if there is one. */
  public Optional<AcceptedRequest> find(String id) throws InterruptedException {
    return documents
        .first(documents.collection(COLLECTION).find(Filters.eq("_id", id)).first())
        .map(RequestStore::read);
  }

  /**
   * Notes that the request's pack is stored, under that id. Nothing happens when no request has
   * this id, or it has been ended before.
   */
  public void done(String id, String pack) throws InterruptedException {
    pending(
        id,
        Updates.combine(
            Updates.set(STATUS, name(AcceptedRequest.Status.DONE)), Updates.set(PACK, pack)));
  }

  /**
   * Notes why the request was given up. Nothing happens when no request has this id, or it has been
   * ended before.
   */
  public void failed(String id, String error) throws InterruptedException {
    pending(
        id,
        Updates.combine(
            Updates.set(STATUS, name(AcceptedRequest.Status.FAILED)), Updates.set("error", error)));
  }

  private void pending(String id, Bson change) throws InterruptedException {
    Bson pending =
        Filters.and(
            Filters.eq("_id", id), Filters.eq(STATUS, name(AcceptedRequest.Status.PENDING)));
    var _ = documents.first(documents.collection(COLLECTION).updateOne(pending, change));
  }

  private Document document(AcceptedRequest request) {
    Instant now = clock.instant();
    var document = new Document("_id", request.id());
    request.charge().ifPresent(charge -> document.append(Charge.FIELD, charge.document()));
    return document
        .append("profile", request.key().profile())
        .append("campaign_id", request.key().campaignId())
        .append("locale", request.key().locale())
        .append("correlation_id", request.correlationId())
        .append(STATUS, name(request.status()))
        .append("error", request.error())
        .append("created_at", Date.from(now))
        .append(Expiry.FIELD, Date.from(now.plus(KEPT)));
  }

  private static AcceptedRequest read(Document document) {
    return new AcceptedRequest(
        document.getString("_id"),
        new PackKey(
            document.getString("profile"),
            document.getString("campaign_id"),
            document.getString("locale")),
        document.getString("correlation_id"),
        AcceptedRequest.Status.valueOf(document.getString(STATUS).toUpperCase(Locale.ROOT)),
        document.getString("error"),
        Optional.ofNullable(document.get(Charge.FIELD, Document.class)).map(Charge::of),
        PackDocument.bought(document),
        Optional.ofNullable(document.getString(PACK)));
  }

  private static String name(AcceptedRequest.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
