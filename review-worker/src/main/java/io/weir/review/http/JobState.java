package io.weir.review.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.http.Json;
import io.weir.proto.v1.ReviewEvent;
import io.weir.review.store.Job;
import io.weir.review.store.JobStatus;
import java.time.Instant;
import java.util.Locale;

/**
 * How far a job is, for those who watch.
 *
 * @param attempt how often it was opened again
 * @param findings how many, once it is completed
 * @param error why it failed; empty when it did not
 * @param at since when
 */
record JobState(
    String jobId,
    String userId,
    int attempt,
    JobStatus status,
    int findings,
    String error,
    Instant at) {
  static JobState of(Job job) {
    return new JobState(
        job.id(),
        job.userId(),
        job.runs(),
        job.status(),
        job.result().map(result -> result.findings().size()).orElse(0),
        job.error(),
        job.completedAt().orElse(job.updatedAt()));
  }

  static JobState of(ReviewEvent event) {
    return new JobState(
        event.getJobId(),
        event.getUserId(),
        event.getAttempt(),
        JobStatus.valueOf(event.getStatus().toUpperCase(Locale.ROOT)),
        event.getFindings(),
        event.getError(),
        Instant.ofEpochSecond(event.getTimestamp().getSeconds(), event.getTimestamp().getNanos()));
  }

  /** Names it, so that a client can say what it knows. */
  String id() {
    return attempt + "-" + status.wireName();
  }

  /** Whether it comes after {@code known}: events may come late, and again. */
  boolean follows(JobState known) {
    return attempt > known.attempt || (attempt == known.attempt && rank() > known.rank());
  }

  ObjectNode json() {
    return Json.mapper()
        .createObjectNode()
        .put("job_id", jobId)
        .put("user_id", userId)
        .put("status", status.wireName())
        .put("attempt", attempt)
        .put("findings", status == JobStatus.COMPLETED ? findings : null)
        .put("error", error.isEmpty() ? null : error)
        .put("at", at.toString());
  }

  private int rank() {
    return switch (status) {
      case PENDING -> 0;
      case PROCESSING -> 1;
      case COMPLETED, FAILED, CANCELLED -> 2;
    };
  }
}
