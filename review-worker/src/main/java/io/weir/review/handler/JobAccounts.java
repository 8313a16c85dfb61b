package io.weir.review.handler;

import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.WorkState;
import io.weir.review.store.Claim;
import io.weir.review.store.Job;
import io.weir.review.store.JobStatus;
import io.weir.review.store.JobStore;
import java.util.Optional;

/**
 * Counts jobs for their users. A job counts by the one charge that its document holds, with the
 * tokens that its document holds, so that whoever ends it again says the same. Thread-safe.
 */
public final class JobAccounts implements WorkState.Source {
  private final JobStore store;
  private final Usage usage;
  private final JobEstimate estimate;

  public JobAccounts(JobStore store, Usage usage, JobEstimate estimate) {
    this.store = store;
    this.usage = usage;
    this.estimate = estimate;
  }

  /**
   * Sees to it that a job has a charge before anything is bought for it. One that was opened again,
   * or came in on another way than through the door, gets one here, whatever its user's quota says.
   *
   * @return false when the claim is lost
   */
  boolean charge(Claim.Taken taken) throws InterruptedException {
    Job job = taken.job();
    if (job.charge().isPresent()) {
      return true;
    }
    Charge charge = usage.open(job.userId(), job.id(), estimate.of(job));
    if (store.charge(taken, charge)) {
      return true;
    }
    var _ = usage.refund(charge);
    return false;
  }

  /**
   * Ends the charge of a job that is finished, as its document says. May be called again.
   *
   * @return the job as it is stored; empty when there is none
   */
  public Optional<Job> end(String id) throws InterruptedException {
    Optional<Job> job = store.find(id);
    if (job.isPresent() && job.get().charge().isPresent() && job.get().status().isFinal()) {
      Charge charge = job.get().charge().get();
      var _ = counts(job.get()) ? usage.settle(charge, job.get().spend()) : usage.refund(charge);
    }
    return job;
  }

  @Override
  public WorkState of(Charge charge) throws InterruptedException {
    Optional<Job> job = store.find(charge.work());
    if (job.isEmpty() || !job.get().charge().equals(Optional.of(charge))) {
      return new WorkState.Gone();
    }
    if (!job.get().status().isFinal()) {
      return new WorkState.Alive();
    }
    return counts(job.get()) ? new WorkState.Finished(job.get().spend()) : new WorkState.Gone();
  }

  // What came to nothing and cost nothing is given back; what cost something is counted.
  private static boolean counts(Job job) {
    return job.status() == JobStatus.COMPLETED || job.spend().tokens() > 0;
  }
}
