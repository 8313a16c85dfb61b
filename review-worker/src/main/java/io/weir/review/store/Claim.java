package io.weir.review.store;

import io.weir.platform.work.ClaimResult;
import java.time.Instant;

/** What became of a try to take a job. */
public sealed interface Claim {
  /** The job is ours; the held claim guards its later writes. */
  record Taken(Job job, ClaimResult.Claimed held) implements Claim {}

  /** A living twin works on it. */
  record HeldByTwin(Instant until) implements Claim {}

  /** It is finished: announce it again. */
  record Finished(Job job) implements Claim {}

  record Missing() implements Claim {}
}
