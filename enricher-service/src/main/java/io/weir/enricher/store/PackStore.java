package io.weir.enricher.store;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.work.ClaimResult;
import io.weir.platform.work.Claims;
import io.weir.platform.work.Lease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * The context packs, one for each profile, campaign and locale. A pack is made by one worker at a
 * time: it claims the key first, and only the last to have claimed it can save. Thread-safe.
 */
public final class PackStore {
  private static final String COLLECTION = "context_packs";
  private static final String OWNER = "owner";

  private final Mongo mongo;
  private final Claims claims;

  /** What became of a try to claim a key. */
  public sealed interface Claimed {
    /** It is ours; {@link #letGo} must follow, whatever came of the work. */
    final class Mine implements Claimed {
      private final ClaimResult.Claimed claim;
      private final Lease lease;
      private boolean over;

      private Mine(ClaimResult.Claimed claim, Lease lease) {
        this.claim = claim;
        this.lease = lease;
      }

      /** Whose pack it is; empty for nobody's in particular. */
      public Optional<String> owner() {
        return Optional.ofNullable(claim.document().getString(OWNER));
      }
    }

    /** Another worker is at it. */
    record Held(Instant until) implements Claimed {}
  }

  /**
   * Does no I/O.
   *
   * @param owner this process, for people who look at a claim
   * @param lease how long the claim of a dead process holds
   */
  public PackStore(Mongo mongo, String owner, Duration lease, Clock clock) {
    this.mongo = mongo;
    this.claims =
        new Claims(mongo, new Claims.Work(COLLECTION, "status", Set.of()), owner, lease, clock);
  }

  /** What the store wants created at start. */
  public static Indexes indexes() {
    return Indexes.on(COLLECTION).unique("idx_pack", "profile", "campaign_id", "locale");
  }

  /** The pack of a key, if one was made. */
  public Optional<StoredPack> find(PackKey key) throws InterruptedException {
    return mongo
        .first(mongo.collection(COLLECTION).find(made(key)).first())
        .map(PackDocument::read);
  }

  /**
   * The pack of a key, if one was made and is for the eyes of who asks.
   *
   * @param mayActFor whether they may act for a user; asked about the empty text for a pack that is
   *     nobody's in particular
   */
  public Optional<StoredPack> find(PackKey key, Predicate<String> mayActFor)
      throws InterruptedException {
    return mongo
        .first(mongo.collection(COLLECTION).find(made(key)).first())
        .filter(document -> mayActFor.test(owner(document)))
        .map(PackDocument::read);
  }

  /**
   * Makes a key that nobody had before {@code user}'s for good.
   *
   * @return whose it is: {@code user}, whoever came first, or the empty text when it is there and
   *     nobody's in particular
   */
  public String own(PackKey key, String user) throws InterruptedException {
    insert(key, Updates.setOnInsert(OWNER, user));
    return ownerOf(key).orElse("");
  }

  /** Whose a key is: empty when nobody had it before, the empty text when it is nobody's. */
  public Optional<String> ownerOf(PackKey key) throws InterruptedException {
    return mongo
        .first(mongo.collection(COLLECTION).find(Filters.eq("_id", key.id())).first())
        .map(PackStore::owner);
  }

  /** Takes a key in hand, so that no other worker makes its pack meanwhile. */
  public Claimed claim(PackKey key) throws InterruptedException {
    ClaimResult result = claims.claim(key.id());
    if (result instanceof ClaimResult.Missing) {
      insert(key, Updates.combine());
      result = claims.claim(key.id());
    }
    return switch (result) {
      case ClaimResult.Claimed claimed -> new Claimed.Mine(claimed, claims.keep(claimed));
      case ClaimResult.HeldByTwin held -> new Claimed.Held(held.until());
      case ClaimResult.Finished _, ClaimResult.Missing _ ->
          throw new IllegalStateException("a key is never finished, and was just inserted");
    };
  }

  /**
   * Saves the pack of a claimed key in place of the old one and lets the key go.
   *
   * @return false when another worker has claimed the key since; nothing was written
   */
  public boolean save(StoredPack stored, Claimed.Mine mine) throws InterruptedException {
    mine.lease.close();
    var updates = new ArrayList<Bson>();
    PackDocument.of(stored).forEach((field, value) -> updates.add(Updates.set(field, value)));
    updates.add(Updates.unset("claim.until"));
    boolean saved = claims.update(mine.claim, updates.toArray(Bson[]::new));
    mine.over = true;
    return saved;
  }

  /** Lets a claimed key go for the next worker, unless its pack was saved. */
  public void letGo(Claimed.Mine mine) throws InterruptedException {
    mine.lease.close();
    if (!mine.over) {
      boolean _ = claims.release(mine.claim);
    }
  }

  private static Bson made(PackKey key) {
    return Filters.and(Filters.eq("_id", key.id()), Filters.exists("pack"));
  }

  private static String owner(Document document) {
    return Objects.requireNonNullElse(document.getString(OWNER), "");
  }

  private void insert(PackKey key, Bson more) throws InterruptedException {
    try {
      var _ =
          mongo.first(
              mongo
                  .collection(COLLECTION)
                  .updateOne(
                      Filters.eq("_id", key.id()),
                      Updates.combine(
                          Updates.setOnInsert("profile", key.profile()),
                          Updates.setOnInsert("campaign_id", key.campaignId()),
                          Updates.setOnInsert("locale", key.locale()),
                          more),
                      new UpdateOptions().upsert(true)));
    } catch (DuplicateKeyException e) {
      // Two upserts at once: the other one has inserted it.
    }
  }
}
