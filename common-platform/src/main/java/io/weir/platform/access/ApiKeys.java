package io.weir.platform.access;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.KeyBudget;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * The API keys in MongoDB. Of a key's secret only the hash is stored, so nobody can be told it a
 * second time. Keys are revoked and stay, for those who look back; nothing deletes them.
 * Thread-safe; all calls throw {@link DependencyUnavailableException} when MongoDB is away.
 */
public final class ApiKeys implements KeyRecords {
  /** The collection and how it is searched; a key is found by its {@code _id}. */
  public static final Indexes INDEXES =
      Indexes.on("api_keys")
          .index(
              "idx_user_keys",
              Sorts.orderBy(Sorts.ascending("user_id"), Sorts.descending("created_at")));

  /** A key's uses are noted no more often than this. */
  static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

  private static final String COLLECTION = "api_keys";
  private static final String ID = "_id";
  private static final String HASH = "hash";
  private static final String USER = "user_id";
  private static final String NAME = "name";
  private static final String SCOPES = "scopes";
  private static final String PER_MINUTE = "per_minute";
  private static final String CREATED = "created_at";
  private static final String EXPIRES = "expires_at";
  private static final String REVOKED = "revoked_at";
  private static final String LAST_USED = "last_used_at";
  private static final String BUDGET_TOKENS = "budget_tokens";
  private static final String BUDGET_MICROS = "budget_micros";

  private final Documents documents;
  private final SecureRandom random;
  private final Clock clock;

  /**
   * A key as it is made: the one time that its text is known.
   *
   * @param text for its holder
   */
  public record Made(ApiKey key, KeyText text) {}

  /** Does no I/O. */
  public ApiKeys(Documents documents, SecureRandom random, Clock clock) {
    this.documents = documents;
    this.random = random;
    this.clock = clock;
  }

  /** Makes a key and stores all of it but its secret. */
  public Made create(NewKey wanted) throws InterruptedException {
    KeyText text = KeyText.make(random);
    var key =
        new ApiKey(
            text.id(),
            wanted.userId(),
            wanted.name(),
            wanted.scopes(),
            wanted.perMinute(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            wanted.expiresAt().map(end -> end.truncatedTo(ChronoUnit.MILLIS)),
            Optional.empty(),
            Optional.empty(),
            wanted.budget());
    documents.first(documents.collection(COLLECTION).insertOne(document(key, text.hash())));
    return new Made(key, text);
  }

  @Override
  public Optional<StoredKey> find(String id) throws InterruptedException {
    return documents
        .first(documents.collection(COLLECTION).find(Filters.eq(ID, id)).first())
        .map(found -> new StoredKey(key(found), found.getString(HASH)));
  }

  /**
   * Keys, the newest first.
   *
   * @param userId whose; empty for everybody's
   * @param ended whether those that are revoked or have expired are listed too
   * @param most how many at most
   */
  public List<ApiKey> list(Optional<String> userId, boolean ended, int most)
      throws InterruptedException {
    Bson whose = userId.map(user -> Filters.eq(USER, user)).orElseGet(Filters::empty);
    Bson active =
        Filters.and(
            Filters.exists(REVOKED, false),
            Filters.or(
                Filters.exists(EXPIRES, false), Filters.gt(EXPIRES, Date.from(clock.instant()))));
    return documents
        .all(
            documents
                .collection(COLLECTION)
                .find(ended ? whose : Filters.and(whose, active))
                .sort(Sorts.orderBy(Sorts.descending(CREATED), Sorts.ascending(ID)))
                .limit(most))
        .stream()
        .map(ApiKeys::key)
        .toList();
  }

  /** Takes a key back for good. */
  public RevokeResult revoke(String id) throws InterruptedException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Optional<Document> revoked =
        documents.first(
            documents
                .collection(COLLECTION)
                .findOneAndUpdate(
                    Filters.and(Filters.eq(ID, id), Filters.exists(REVOKED, false)),
                    Updates.set(REVOKED, Date.from(now)),
                    new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER)));
    if (revoked.isPresent()) {
      return new RevokeResult.Revoked(key(revoked.get()));
    }
    return find(id)
        .<RevokeResult>map(found -> new RevokeResult.RevokedBefore(found.key()))
        .orElseGet(RevokeResult.Missing::new);
  }

  @Override
  public void used(String id, Instant at) throws InterruptedException {
    // The condition makes it one write a minute for all replicas together.
    var due =
        Filters.and(
            Filters.eq(ID, id),
            Filters.or(
                Filters.exists(LAST_USED, false),
                Filters.lte(LAST_USED, Date.from(at.minus(USE_NOTED_EVERY)))));
    documents.first(
        documents.collection(COLLECTION).updateOne(due, Updates.set(LAST_USED, Date.from(at))));
  }

  private static Document document(ApiKey key, String hash) {
    var document =
        new Document(ID, key.id())
            .append(HASH, hash)
            .append(USER, key.userId())
            .append(NAME, key.name())
            .append(SCOPES, key.scopes().stream().map(Scope::text).sorted().toList())
            .append(CREATED, Date.from(key.createdAt()));
    key.perMinute().ifPresent(rate -> document.append(PER_MINUTE, rate));
    key.expiresAt().ifPresent(end -> document.append(EXPIRES, Date.from(end)));
    if (key.budget().limitsTokens()) {
      document.append(BUDGET_TOKENS, key.budget().tokens());
    }
    if (key.budget().limitsCost()) {
      document.append(BUDGET_MICROS, key.budget().micros());
    }
    return document;
  }

  private static ApiKey key(Document document) {
    Integer rate = document.getInteger(PER_MINUTE);
    return new ApiKey(
        document.getString(ID),
        document.getString(USER),
        document.getString(NAME),
        // One that only a newer release knows opens nothing here.
        document.getList(SCOPES, String.class).stream()
            .flatMap(scope -> Scope.of(scope).stream())
            .collect(Collectors.toSet()),
        rate == null ? OptionalInt.empty() : OptionalInt.of(rate),
        document.getDate(CREATED).toInstant(),
        instant(document.getDate(EXPIRES)),
        instant(document.getDate(REVOKED)),
        instant(document.getDate(LAST_USED)),
        new KeyBudget(
            limit(document, BUDGET_TOKENS, KeyBudget.NONE.tokens()),
            limit(document, BUDGET_MICROS, KeyBudget.NONE.micros())));
  }

  private static long limit(Document document, String field, long otherwise) {
    Number found = document.get(field, Number.class);
    return found == null ? otherwise : found.longValue();
  }

  private static Optional<Instant> instant(@Nullable Date date) {
    return Optional.ofNullable(date).map(Date::toInstant);
  }
}
