package io.weir.review.store;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.weir.messaging.Outgoing;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.usage.Charge;
import io.weir.platform.work.Outbox;
import java.time.Instant;
import java.util.Date;
import java.util.stream.Stream;
import org.bson.conversions.Bson;

/**
 * What a job's owner does to it: give it up, or have it tried again. Each is one write with its
 * event, against the job as it was read, so that of a worker, an owner and an operator who end or
 * open a job at the same time one wins and the others see it. Thread-safe. All methods throw what
 * {@link Mongo} throws.
 */
public final class JobControl {
  private static final String REOPENED_BY = "reopened_by";

  private final Mongo mongo;
  private final Outbox outbox;

  /** Does no I/O. */
  public JobControl(Mongo mongo, Outbox outbox) {
    this.mongo = mongo;
    this.outbox = outbox;
  }

  /**
   * Ends a job that is not finished, and publishes {@code event}. The claim's epoch counts up: a
   * worker that has the job in hand can write to it no more.
   *
   * @return false, and nothing is written, when the job is not as it was read
   */
  public boolean cancel(Job job, Instant at, Outgoing event) throws InterruptedException {
    return changed(
        job,
        event,
        Filters.nin(
            JobDocuments.STATUS,
            Stream.of(JobStatus.values())
                .filter(JobStatus::isFinal)
                .map(JobStatus::wireName)
                .toList()),
        Updates.combine(
            Updates.set(JobDocuments.STATUS, JobStatus.CANCELLED.wireName()),
            Updates.set(JobDocuments.ERROR, ""),
            Updates.set(JobDocuments.UPDATED_AT, Date.from(at)),
            Updates.set(JobDocuments.COMPLETED_AT, Date.from(at)),
            Updates.inc("claim.epoch", 1L),
            Updates.unset("claim.until")));
  }

  /**
   * Opens a failed or cancelled job again, counted by {@code charge}, and publishes {@code
   * announcement}. Its earlier charge has been ended.
   *
   * @param because names the request; once for each
   * @return false, and nothing is written, when the job is not as it was read
   */
  public boolean retry(Job ended, String because, Charge charge, Instant at, Outgoing announcement)
      throws InterruptedException {
    return changed(
        ended,
        announcement,
        Filters.and(
            Filters.in(
                JobDocuments.STATUS, JobStatus.FAILED.wireName(), JobStatus.CANCELLED.wireName()),
            Filters.ne(REOPENED_BY, because)),
        Updates.combine(
            Updates.set(JobDocuments.STATUS, JobStatus.PENDING.wireName()),
            Updates.set(JobDocuments.ERROR, ""),
            Updates.set(JobDocuments.UPDATED_AT, Date.from(at)),
            Updates.set(JobDocuments.COMPLETED_AT, null),
            Updates.unset("claim.until"),
            Updates.set(Charge.FIELD, charge.document()),
            Updates.set(JobDocuments.COUNTED, JobDocuments.counted(ended.spendOfAll())),
            Updates.inc(JobDocuments.RUNS, 1),
            Updates.push(REOPENED_BY, because)));
  }

  /** Whether the request that {@code because} names has opened the job again. */
  public boolean wasRetried(String id, String because) throws InterruptedException {
    return mongo
        .first(
            mongo
                .collection(JobStore.COLLECTION)
                .find(Filters.and(Filters.eq("_id", id), Filters.eq(REOPENED_BY, because)))
                .first())
        .isPresent();
  }

  private boolean changed(Job read, Outgoing event, Bson guard, Bson change)
      throws InterruptedException {
    boolean done =
        mongo
            .first(
                mongo
                    .collection(JobStore.COLLECTION)
                    .updateOne(
                        Filters.and(
                            Filters.eq("_id", read.id()),
                            Filters.eq(JobDocuments.RUNS, read.runs()),
                            guard),
                        Updates.combine(change, outbox.add(event))))
            .filter(result -> result.getMatchedCount() == 1)
            .isPresent();
    if (done) {
      var _ = outbox.publish(JobStore.COLLECTION, read.id(), event);
    }
    return done;
  }
}
