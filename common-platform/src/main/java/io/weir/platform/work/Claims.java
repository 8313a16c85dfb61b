package io.weir.platform.work;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Updates;
import io.weir.platform.mongo.Mongo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Claims documents as work, one worker at a time. The document's {@code claim} is {owner, epoch,
 * until}: whoever claims counts the epoch up, and every later write is guarded by it, so a worker
 * that was thought dead can't overwrite its successor. Works across processes; their clocks may
 * differ by less than the lease. Thread-safe.
 */
public final class Claims {
  private static final String CLAIM = "claim";
  private static final String OWNER = CLAIM + ".owner";
  private static final String EPOCH = CLAIM + ".epoch";
  private static final String UNTIL = CLAIM + ".until";
  private static final int TRIES = 3;

  private final Mongo mongo;
  private final Work work;
  private final String owner;
  private final Duration lease;
  private final Clock clock;

  /**
   * The documents that are work.
   *
   * @param collection where they are
   * @param statusField the field that says how far one is
   * @param finished the statuses after which it is claimed and written no more
   */
  public record Work(String collection, String statusField, Set<String> finished) {
    public Work {
      finished = Set.copyOf(finished);
    }
  }

  /**
   * Does no I/O.
   *
   * @param owner this process, for people who look at a claim
   * @param lease how long a claim holds without being renewed; a dead worker's work waits that long
   */
  public Claims(Mongo mongo, Work work, String owner, Duration lease, Clock clock) {
    this.mongo = mongo;
    this.work = work;
    this.owner = owner;
    this.lease = lease;
    this.clock = clock;
  }

  /**
   * Claims the document {@code id} if it is neither finished nor in somebody's hands.
   *
   * @param also written in the same step, such as the status; may be none
   */
  public ClaimResult claim(Object id, Bson... also) throws InterruptedException {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Instant now = clock.instant();
      var free =
          Filters.and(
              Filters.eq("_id", id),
              unfinished(),
              Filters.or(Filters.exists(UNTIL, false), Filters.lte(UNTIL, Date.from(now))));
      var updates = new ArrayList<>(List.of(also));
      updates.add(Updates.inc(EPOCH, 1L));
      updates.add(Updates.set(OWNER, owner));
      updates.add(Updates.set(UNTIL, Date.from(now.plus(lease))));
      Optional<Document> claimed =
          mongo.first(
              mongo
                  .collection(work.collection())
                  .findOneAndUpdate(
                      free,
                      Updates.combine(updates),
                      new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER)));
      if (claimed.isPresent()) {
        return new ClaimResult.Claimed(claimed.get(), epoch(claimed.get()));
      }
      Optional<Document> found =
          mongo.first(mongo.collection(work.collection()).find(Filters.eq("_id", id)).first());
      if (found.isEmpty()) {
        return new ClaimResult.Missing();
      }
      if (work.finished().contains(String.valueOf(found.get().get(work.statusField())))) {
        return new ClaimResult.Finished(found.get());
      }
      Date until = found.get().getEmbedded(List.of(CLAIM, "until"), Date.class);
      if (until != null && until.toInstant().isAfter(clock.instant())) {
        return new ClaimResult.HeldByTwin(until.toInstant());
      }
      // It was let go between the two looks.
    }
    return new ClaimResult.HeldByTwin(clock.instant());
  }

  /**
   * Writes to claimed work.
   *
   * @return false when the claim is lost or the work finished meanwhile; nothing was written
   */
  public boolean update(ClaimResult.Claimed claim, Bson... updates) throws InterruptedException {
    var guard =
        Filters.and(
            Filters.eq("_id", claim.document().get("_id")),
            Filters.eq(EPOCH, claim.epoch()),
            unfinished());
    return mongo
        .first(
            mongo.collection(work.collection()).updateOne(guard, Updates.combine(List.of(updates))))
        .filter(result -> result.getMatchedCount() == 1)
        .isPresent();
  }

  /** Holds the claim for one more lease from now; false when it is lost. */
  public boolean renew(ClaimResult.Claimed claim) throws InterruptedException {
    return update(claim, Updates.set(UNTIL, Date.from(clock.instant().plus(lease))));
  }

  /**
   * Lets unfinished work go, so that the next one need not wait for the lease to end.
   *
   * @param also written in the same step; may be none
   */
  public boolean release(ClaimResult.Claimed claim, Bson... also) throws InterruptedException {
    var updates = new ArrayList<>(List.of(also));
    updates.add(Updates.unset(UNTIL));
    return update(claim, updates.toArray(Bson[]::new));
  }

  /** Renews the claim at a third of the lease until it is closed. */
  public Lease keep(ClaimResult.Claimed claim) {
    return new Lease(() -> renew(claim), lease);
  }

  private Bson unfinished() {
    return Filters.nin(work.statusField(), work.finished());
  }

  private static long epoch(Document document) {
    return document.getEmbedded(List.of(CLAIM, "epoch"), Number.class).longValue();
  }
}
