package io.weir.review.store;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import io.weir.messaging.Outgoing;
import io.weir.platform.llm.Bought;
import io.weir.platform.llm.LlmUsage;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.usage.Charge;
import io.weir.platform.work.ClaimResult;
import io.weir.platform.work.Claims;
import io.weir.platform.work.Lease;
import io.weir.platform.work.Outbox;
import io.weir.platform.work.Sent;
import io.weir.review.pipeline.ReviewResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.conversions.Bson;

/**
 * The collection {@code jobs}. Writes to a taken job are guarded by its claim's epoch, so a worker
 * that was thought dead can't overwrite its successor. Thread-safe. All methods throw what {@link
 * Mongo} throws.
 */
public final class JobStore {
  public static final String COLLECTION = "jobs";

  private static final Claims.Work WORK =
      new Claims.Work(
          COLLECTION,
          JobDocuments.STATUS,
          Set.of(
              JobStatus.COMPLETED.wireName(),
              JobStatus.FAILED.wireName(),
              JobStatus.CANCELLED.wireName()));

  private final Mongo mongo;
  private final Outbox outbox;
  private final Claims claims;
  private final Clock clock;

  /** Declares its indexes on {@code mongo}; does no I/O. */
  public JobStore(Mongo mongo, Outbox outbox, String owner, Duration lease, Clock clock) {
    this.mongo = mongo.with(indexes());
    this.outbox = outbox;
    this.claims = new Claims(mongo, WORK, owner, lease, clock);
    this.clock = clock;
  }

  /**
   * Stores a new job with the event that announces it, then publishes the event.
   *
   * @return what became of the event; empty when a job of that id is there already, which stays as
   *     it is
   */
  public Optional<Sent> insert(Job job, Outgoing announcement) throws InterruptedException {
    return outbox.insert(COLLECTION, JobDocuments.write(job), announcement);
  }

  public Optional<Job> find(String id) throws InterruptedException {
    return mongo
        .first(mongo.collection(COLLECTION).find(Filters.eq("_id", id)).first())
        .map(JobDocuments::read);
  }

  /** The newest jobs of a user, at most {@code limit}, without their code. */
  public List<Job> ofUser(String userId, int limit) throws InterruptedException {
    return mongo
        .all(
            mongo
                .collection(COLLECTION)
                .find(Filters.eq(JobDocuments.USER_ID, userId))
                .sort(Sorts.descending(JobDocuments.CREATED_AT, "_id"))
                .limit(limit))
        .stream()
        .map(JobDocuments::read)
        .toList();
  }

  /** How many jobs are in each status. */
  public Map<String, Long> countByStatus() throws InterruptedException {
    var counts = new LinkedHashMap<String, Long>();
    for (JobStatus status : JobStatus.values()) {
      counts.put(status.wireName(), count(Filters.eq(JobDocuments.STATUS, status.wireName())));
    }
    return counts;
  }

  /** How many jobs of each priority wait or are worked on. */
  public Map<String, Long> waitingByPriority() throws InterruptedException {
    var counts = new LinkedHashMap<String, Long>();
    for (JobPriority priority : JobPriority.values()) {
      counts.put(
          priority.wireName(),
          count(
              Filters.and(
                  Filters.eq(JobDocuments.PRIORITY, priority.wireName()),
                  Filters.in(
                      JobDocuments.STATUS,
                      JobStatus.PENDING.wireName(),
                      JobStatus.PROCESSING.wireName()))));
    }
    return counts;
  }

  /** Takes a job, if nobody has it and it is not finished, and notes that it is being processed. */
  public Claim claim(String id) throws InterruptedException {
    return switch (claims.claim(id, status(JobStatus.PROCESSING))) {
      case ClaimResult.Claimed held -> new Claim.Taken(JobDocuments.read(held.document()), held);
      case ClaimResult.HeldByTwin(Instant until) -> new Claim.HeldByTwin(until);
      case ClaimResult.Finished(var document) -> new Claim.Finished(JobDocuments.read(document));
      case ClaimResult.Missing _ -> new Claim.Missing();
    };
  }

  /**
   * Stores the charge of a taken job that has none; false, and nothing is written, when the claim
   * is lost.
   */
  public boolean charge(Claim.Taken taken, Charge charge) throws InterruptedException {
    return claims.update(taken.held(), Updates.set(Charge.FIELD, charge.document()));
  }

  /** Keeps the claim alive until it is closed. */
  public Lease keep(Claim.Taken taken) {
    return claims.keep(taken.held());
  }

  /**
   * Lets the job go, to be taken again; nothing is written when the claim is lost.
   *
   * @param bought all that was paid for the job so far, though nothing came of it
   */
  public void release(Claim.Taken taken, List<Bought> bought, long costMicros)
      throws InterruptedException {
    claims.release(taken.held(), status(JobStatus.PENDING), paid(bought, costMicros));
  }

  /** Stores the result; false, and nothing is written, when the claim is lost. */
  public boolean complete(
      Claim.Taken taken, ReviewResult result, List<Bought> bought, long costMicros, Instant at)
      throws InterruptedException {
    return claims.update(
        taken.held(),
        Updates.set(JobDocuments.RESULTS, JobDocuments.nested(result)),
        finished(JobStatus.COMPLETED, "", bought, costMicros, at));
  }

  /**
   * Stores that the job failed; false, and nothing is written, when the claim is lost.
   *
   * @param unsent events that go with it and are published by {@link #publish} or the sweeper; may
   *     be none
   */
  public boolean fail(
      Claim.Taken taken,
      String reason,
      List<Bought> bought,
      long costMicros,
      Instant at,
      Outgoing... unsent)
      throws InterruptedException {
    Bson failed = finished(JobStatus.FAILED, reason, bought, costMicros, at);
    return unsent.length == 0
        ? claims.update(taken.held(), failed)
        : claims.update(taken.held(), failed, outbox.add(unsent));
  }

  /** Publishes events that a job holds. */
  public Sent publish(String id, Outgoing... unsent) throws InterruptedException {
    return outbox.publish(COLLECTION, id, unsent);
  }

  /**
   * Opens a failed job again, once for each {@code because}: a replayed dead letter shall be worked
   * on, a redelivery of the same replay not once more. Its charge is settled before; it gets a new
   * one when it is claimed.
   *
   * @param failed the job as it is stored; nothing happens when it is not any more
   */
  public void reopen(Job failed, String because) throws InterruptedException {
    mongo.first(
        mongo
            .collection(COLLECTION)
            .updateOne(
                Filters.and(
                    Filters.eq("_id", failed.id()),
                    Filters.eq(JobDocuments.STATUS, JobStatus.FAILED.wireName()),
                    Filters.eq(JobDocuments.RUNS, failed.runs()),
                    Filters.ne("reopened_by", because)),
                Updates.combine(
                    status(JobStatus.PENDING),
                    Updates.set(JobDocuments.ERROR, ""),
                    Updates.set(JobDocuments.COMPLETED_AT, null),
                    Updates.unset("claim.until"),
                    Updates.unset(Charge.FIELD),
                    Updates.set(JobDocuments.COUNTED, JobDocuments.counted(failed.spendOfAll())),
                    Updates.inc(JobDocuments.RUNS, 1),
                    Updates.push("reopened_by", because))));
  }

  private Bson finished(
      JobStatus status, String error, List<Bought> bought, long costMicros, Instant at) {
    return Updates.combine(
        Updates.set(JobDocuments.STATUS, status.wireName()),
        Updates.set(JobDocuments.ERROR, error),
        paid(bought, costMicros),
        Updates.set(JobDocuments.UPDATED_AT, Date.from(at)),
        Updates.set(JobDocuments.COMPLETED_AT, Date.from(at)));
  }

  private static Bson paid(List<Bought> bought, long costMicros) {
    return Updates.combine(
        Updates.set(JobDocuments.TOKENS, JobDocuments.nested(LlmUsage.of(bought))),
        Updates.set(JobDocuments.BOUGHT, JobDocuments.list(bought)),
        Updates.set(JobDocuments.COST, costMicros));
  }

  private Bson status(JobStatus status) {
    return Updates.combine(
        Updates.set(JobDocuments.STATUS, status.wireName()),
        Updates.set(JobDocuments.UPDATED_AT, Date.from(clock.instant())));
  }

  private long count(Bson filter) throws InterruptedException {
    return mongo.first(mongo.collection(COLLECTION).countDocuments(filter)).orElse(0L);
  }

  private static io.weir.platform.mongo.Indexes indexes() {
    return Outbox.index(
        io.weir.platform.mongo.Indexes.on(COLLECTION)
            .unique("idx_job_id", "job_id")
            .index(
                "idx_user_jobs",
                Indexes.compoundIndex(
                    Indexes.ascending(JobDocuments.USER_ID),
                    Indexes.descending(JobDocuments.CREATED_AT)))
            .index(
                "idx_status_time",
                Indexes.compoundIndex(
                    Indexes.ascending(JobDocuments.STATUS),
                    Indexes.descending(JobDocuments.CREATED_AT)))
            .index("idx_type_status", Indexes.ascending(JobDocuments.TYPE, JobDocuments.STATUS)));
  }
}
