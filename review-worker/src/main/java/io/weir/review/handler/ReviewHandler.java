package io.weir.review.handler;

import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.platform.llm.Bill;
import io.weir.platform.llm.LlmRejectedException;
import io.weir.platform.llm.LlmTransientException;
import io.weir.platform.work.Lease;
import io.weir.proto.v1.ReviewJob;
import io.weir.review.config.ReviewSettings;
import io.weir.review.store.Claim;
import io.weir.review.store.Job;
import io.weir.review.store.JobStatus;
import io.weir.review.store.JobStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Does review jobs: once in effect, however often a job is delivered. A job that can't be done ends
 * as failed in the store, with the reason, and is announced as such. Thread-safe.
 */
public final class ReviewHandler implements MessageHandler<ReviewJob> {
  private static final Logger log = LoggerFactory.getLogger(ReviewHandler.class);
  private static final String REPLAYED = "dlq:";
  // What is left of the deadline for storing and publishing, once the model has answered.
  private static final Duration AFTER_THE_MODEL = Duration.ofSeconds(15);
  private static final Duration CLAIM_LOST = Duration.ofSeconds(1);

  private final JobStore store;
  private final Reviewer reviewer;
  private final JobAccounts accounts;
  private final ReviewSettings.Model prices;
  private final Progress progress;
  private final Clock clock;

  public ReviewHandler(
      JobStore store,
      Reviewer reviewer,
      JobAccounts accounts,
      ReviewSettings.Model prices,
      Progress progress,
      Clock clock) {
    this.store = store;
    this.reviewer = reviewer;
    this.accounts = accounts;
    this.prices = prices;
    this.progress = progress;
    this.clock = clock;
  }

  @Override
  public Outcome handle(Delivery<ReviewJob> delivery) throws InterruptedException {
    String id = delivery.payload().getJobId();
    MDC.put("job_id", id); // the consumer clears it with the rest
    if (delivery.messageId().startsWith(REPLAYED)) {
      // What it has cost so far is counted by the charge that it had.
      Optional<Job> failed = accounts.end(id);
      if (failed.isPresent()) {
        store.reopen(failed.get(), delivery.messageId());
      }
    }
    if (isOfEarlierRun(delivery)) {
      return Outcome.done();
    }
    return switch (store.claim(id)) {
      case Claim.Missing _ -> Outcome.dead("there is no job " + id + " in the store");
      case Claim.HeldByTwin(Instant until) ->
          Outcome.handBack("another worker has it", Duration.between(clock.instant(), until));
      case Claim.Finished(Job job) -> {
        var _ = accounts.end(id);
        // Whoever cancelled it has stored the event with it; it is told once.
        yield job.status() == JobStatus.CANCELLED
            ? Outcome.done()
            : Outcome.done(Events.finished(job));
      }
      case Claim.Taken taken -> work(taken, delivery.deadline());
    };
  }

  private Outcome work(Claim.Taken taken, Instant deadline) throws InterruptedException {
    Bill bill = new Bill(taken.job().bought());
    boolean finished = false;
    try {
      Reviewed reviewed;
      if (!accounts.charge(taken)) {
        return lost();
      }
      progress.tell(Events.processing(taken.job(), now()));
      try (Lease _ = store.keep(taken)) {
        reviewed = reviewer.review(taken.job(), bill, deadline.minus(AFTER_THE_MODEL));
      } catch (LlmTransientException e) {
        return new Outcome.Retry(message(e), e.retryAfter().orElse(null));
      } catch (LlmRejectedException e) {
        return Outcome.dead(message(e));
      }
      finished = true;
      return stored(taken, reviewed, bill);
    } finally {
      if (!finished) {
        // What was paid before it failed stays known, also when no try ever gets further.
        store.release(taken, bill.bought(), cost(bill));
      }
    }
  }

  private Outcome stored(Claim.Taken taken, Reviewed reviewed, Bill bill)
      throws InterruptedException {
    Job job = taken.job();
    Instant now = now();
    Outgoing event;
    boolean kept;
    switch (reviewed) {
      case Reviewed.Completed(var result) -> {
        event = Events.finished(job, JobStatus.COMPLETED, result.findings().size(), "", now);
        kept = store.complete(taken, result, bill.bought(), cost(bill), now);
        log.atInfo()
            .addKeyValue("job", job.id())
            .addKeyValue("findings", result.findings().size())
            .addKeyValue("offline", result.offline())
            .addKeyValue("tokens", bill.usage().totalTokens())
            .log("review completed");
      }
      case Reviewed.Failed(String reason) -> {
        event = Events.finished(job, JobStatus.FAILED, 0, reason, now);
        kept = store.fail(taken, reason, bill.bought(), cost(bill), now);
        log.atWarn().addKeyValue("job", job.id()).log("review failed");
      }
    }
    if (!kept) {
      return lost();
    }
    var _ = accounts.end(job.id());
    return Outcome.done(event);
  }

  private static Outcome lost() {
    return Outcome.handBack("the claim was lost", CLAIM_LOST);
  }

  /** The message is in the dead letters: the job has failed, and whoever waits for it is told. */
  @Override
  public void deadLettered(Delivery<ReviewJob> delivery, String reason)
      throws InterruptedException {
    String id = delivery.payload().getJobId();
    if (isOfEarlierRun(delivery)) {
      return;
    }
    switch (store.claim(id)) {
      case Claim.Taken taken -> {
        Job job = taken.job();
        Instant now = now();
        Outgoing event = Events.finished(job, JobStatus.FAILED, 0, reason, now);
        if (store.fail(taken, reason, job.bought(), job.costMicros(), now, event)) {
          store.publish(job.id(), event);
        }
      }
      case Claim.HeldByTwin(Instant until) ->
          throw new IllegalStateException(
              "another worker has the job until " + until + "; it is told again later");
      case Claim.Finished _, Claim.Missing _ -> {}
    }
    var _ = accounts.end(id);
  }

  private boolean isOfEarlierRun(Delivery<ReviewJob> delivery) throws InterruptedException {
    return store
        .find(delivery.payload().getJobId())
        .filter(job -> Events.isOfEarlierRun(delivery.messageId(), job))
        .isPresent();
  }

  private long cost(Bill bill) {
    return prices.costMicros(bill.usage());
  }

  // As exact as MongoDB keeps it, so that an event made from the stored job is the same.
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }
}
