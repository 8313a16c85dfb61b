package io.weir.platform.work;

import com.google.protobuf.ByteString;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.work.Idempotency.Ticket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.Binary;

/**
 * The idempotency keys that requests came with, and their answers. A key's record names the work
 * before the work is made: whoever tries again makes it under the same id, so that it is there once
 * whatever was cut off in between. Thread-safe, across processes whose clocks differ by less than
 * the lease.
 *
 * <pre>{@code
 * if (keys.begin(key, body) instanceof Idempotency.New(var ticket)) {
 *   answer = keys.answered(ticket, accept(ticket.workId()));
 * }
 * }</pre>
 *
 * <p>All calls throw {@link DependencyUnavailableException} when MongoDB is away.
 */
public final class IdempotencyKeys {
  /** The collection. Records have a time in {@link Expiry#FIELD}. */
  public static final String COLLECTION = "idempotency_keys";

  private static final int TRIES = 5;
  private static final String ID = "_id";
  private static final String FINGERPRINT = "fingerprint";
  private static final String WORK_ID = "work_id";
  private static final String EPOCH = "epoch";
  private static final String STATE = "state";
  private static final String RUNNING = "running";
  private static final String ANSWERED = "answered";
  private static final String UNTIL = "until";
  private static final String STATUS = "status";
  private static final String HEADERS = "headers";
  private static final String BODY = "body";

  private final Documents documents;
  private final Settings settings;
  private final Clock clock;

  /**
   * How long records hold.
   *
   * @param kept after it was answered a repeated request gets the same answer for so long
   * @param lease after so long without an answer a request may be tried again
   */
  public record Settings(Duration kept, Duration lease) {
    /** Reads {@code IDEMPOTENCY_KEPT} [24 h] and {@code IDEMPOTENCY_LEASE} [30 s]. */
    public static Settings read(SettingsReader settings) {
      return new Settings(
          settings.duration(
              "IDEMPOTENCY_KEPT",
              Duration.ofHours(24),
              Duration.ofMinutes(10),
              Duration.ofDays(30),
              "how long a repeated Idempotency-Key gets the same answer"),
          settings.duration(
              "IDEMPOTENCY_LEASE",
              Duration.ofSeconds(30),
              Duration.ofSeconds(1),
              Duration.ofMinutes(5),
              "after which a request that was cut off may be tried again with its key"));
    }
  }

  /** Does no I/O. */
  public IdempotencyKeys(Documents documents, Settings settings, Clock clock) {
    this.documents = documents;
    this.settings = settings;
    this.clock = clock;
  }

  /** What the sweep of expired records wants. */
  public static Indexes indexes() {
    return Indexes.on(COLLECTION).index("idx_expires", Sorts.ascending(Expiry.FIELD));
  }

  /**
   * Begins a request, once it is known to be valid: a key stays with the body that it began with.
   *
   * @param body as it came, byte for byte
   */
  public Idempotency begin(RequestKey key, ByteString body) throws InterruptedException {
    String id = key.id();
    String fingerprint = RequestKey.fingerprint(body);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Instant now = clock.instant();
      Document fresh = fresh(id, fingerprint, now);
      try {
        documents.first(records().insertOne(fresh));
        return new Idempotency.New(ticket(fresh));
      } catch (DuplicateKeyException e) {
        // The key was used before.
      }
      Optional<Document> found = documents.first(records().find(Filters.eq(ID, id)).first());
      if (found.isEmpty()) {
        continue; // withdrawn or swept between the two looks
      }
      Document stored = found.get();
      if (!time(stored, Expiry.FIELD).isAfter(now)) {
        if (replaceExpired(fresh, now)) {
          return new Idempotency.New(ticket(fresh));
        }
        continue; // somebody else has
      }
      if (!fingerprint.equals(stored.getString(FINGERPRINT))) {
        return new Idempotency.OtherRequest();
      }
      if (ANSWERED.equals(stored.getString(STATE))) {
        return new Idempotency.Stored(stored.getString(WORK_ID), answer(stored));
      }
      if (time(stored, UNTIL).isAfter(now)) {
        return new Idempotency.Running();
      }
      Optional<Document> taken = takeOver(ticket(stored), now);
      if (taken.isPresent()) {
        return new Idempotency.New(ticket(taken.get()));
      }
      // Somebody else took it over, or it was answered at last.
    }
    return new Idempotency.Running();
  }

  /**
   * Keeps the answer of a request. The first one that is kept counts.
   *
   * @return what to answer: {@code answer}, or what another try of the same work has answered
   */
  public IdempotentAnswer answered(Ticket ticket, IdempotentAnswer answer)
      throws InterruptedException {
    Bson ours = Filters.and(Filters.eq(ID, ticket.id()), Filters.eq(WORK_ID, ticket.workId()));
    Bson update =
        Updates.combine(
            Updates.set(STATE, ANSWERED),
            Updates.set(STATUS, answer.status()),
            Updates.set(HEADERS, new Document(new LinkedHashMap<>(answer.headers()))),
            Updates.set(BODY, new Binary(answer.body().toByteArray())),
            Updates.set(Expiry.FIELD, Date.from(clock.instant().plus(settings.kept()))));
    boolean kept =
        documents
            .first(records().updateOne(Filters.and(ours, Filters.eq(STATE, RUNNING)), update))
            .filter(result -> result.getMatchedCount() == 1)
            .isPresent();
    if (kept) {
      return answer;
    }
    return documents
        .first(records().find(Filters.and(ours, Filters.eq(STATE, ANSWERED))).first())
        .map(IdempotencyKeys::answer)
        .orElse(answer);
  }

  /**
   * It still runs: nobody may take it over for one more lease.
   *
   * @return false when somebody has, or it is answered
   */
  public boolean renew(Ticket ticket) throws InterruptedException {
    return documents
        .first(
            records()
                .updateOne(
                    held(ticket),
                    Updates.set(UNTIL, Date.from(clock.instant().plus(settings.lease())))))
        .filter(result -> result.getMatchedCount() == 1)
        .isPresent();
  }

  /** It was cut off and may have made its work: the next try need not wait for the lease to end. */
  public void letGo(Ticket ticket) throws InterruptedException {
    documents.first(
        records().updateOne(held(ticket), Updates.set(UNTIL, Date.from(clock.instant()))));
  }

  /**
   * It was refused and has made nothing: the key is free for another request. After a takeover it
   * is only let go, as an earlier try may have made something.
   */
  public void withdraw(Ticket ticket) throws InterruptedException {
    if (ticket.again()) {
      letGo(ticket);
    } else {
      documents.first(records().deleteOne(held(ticket)));
    }
  }

  private Document fresh(String id, String fingerprint, Instant now) {
    return new Document(ID, id)
        .append(FINGERPRINT, fingerprint)
        .append(WORK_ID, UUID.randomUUID().toString())
        .append(STATE, RUNNING)
        .append(EPOCH, 1L)
        .append(UNTIL, Date.from(now.plus(settings.lease())))
        .append("created_at", Date.from(now))
        .append(Expiry.FIELD, Date.from(now.plus(settings.kept())));
  }

  private boolean replaceExpired(Document fresh, Instant now) throws InterruptedException {
    Bson expired =
        Filters.and(Filters.eq(ID, fresh.get(ID)), Filters.lte(Expiry.FIELD, Date.from(now)));
    return documents
        .first(records().replaceOne(expired, fresh))
        .filter(result -> result.getMatchedCount() == 1)
        .isPresent();
  }

  private Optional<Document> takeOver(Ticket from, Instant now) throws InterruptedException {
    return documents.first(
        records()
            .findOneAndUpdate(
                held(from),
                Updates.combine(
                    Updates.inc(EPOCH, 1L),
                    Updates.set(UNTIL, Date.from(now.plus(settings.lease()))),
                    Updates.set(Expiry.FIELD, Date.from(now.plus(settings.kept())))),
                new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER)));
  }

  private static Bson held(Ticket ticket) {
    return Filters.and(
        Filters.eq(ID, ticket.id()),
        Filters.eq(WORK_ID, ticket.workId()),
        Filters.eq(EPOCH, ticket.epoch()),
        Filters.eq(STATE, RUNNING));
  }

  private static Ticket ticket(Document document) {
    return new Ticket(
        document.getString(ID),
        document.getString(WORK_ID),
        document.get(EPOCH, Number.class).longValue());
  }

  private static IdempotentAnswer answer(Document document) {
    var headers = new LinkedHashMap<String, String>();
    document
        .get(HEADERS, Document.class)
        .forEach((name, value) -> headers.put(name, String.valueOf(value)));
    return new IdempotentAnswer(
        document.getInteger(STATUS),
        headers,
        ByteString.copyFrom(document.get(BODY, Binary.class).getData()));
  }

  private static Instant time(Document document, String field) {
    return Objects.requireNonNull(document.getDate(field), field).toInstant();
  }

  private MongoCollection<Document> records() {
    return documents.collection(COLLECTION);
  }
}
