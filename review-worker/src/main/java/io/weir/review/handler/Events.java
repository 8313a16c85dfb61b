package io.weir.review.handler;

import com.google.protobuf.Timestamp;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.ReviewEvent;
import io.weir.proto.v1.ReviewJob;
import io.weir.review.store.Job;
import io.weir.review.store.JobStatus;
import java.time.Instant;
import java.util.regex.Pattern;

/** The messages about a job. Made from the stored job alone, so making one again gives the same. */
public final class Events {
  private static final Pattern RUN = Pattern.compile("[0-9]{1,9}");

  private Events() {}

  /** Announces a new job to the workers, under the job's id. */
  public static Outgoing announcement(Job job) {
    return announcement(job, job.id());
  }

  /** Announces a job that is opened again as {@code attempt}. */
  public static Outgoing again(Job job, int attempt) {
    return announcement(job, job.id() + ":" + attempt);
  }

  /**
   * Whether a message announced {@code job} before it was opened again, as one that waited for its
   * next try may: what becomes of it is no news of the job as it is now.
   */
  static boolean isOfEarlierRun(String messageId, Job job) {
    if (messageId.equals(job.id())) {
      return job.runs() > 0;
    }
    String before = job.id() + ":";
    String run = messageId.startsWith(before) ? messageId.substring(before.length()) : "";
    return RUN.matcher(run).matches() && Integer.parseInt(run) < job.runs();
  }

  private static Outgoing announcement(Job job, String messageId) {
    ReviewJob message =
        ReviewJob.newBuilder()
            .setJobId(job.id())
            .setUserId(job.userId())
            .setJobType(job.type().wireName())
            .setPriority(job.priority().wireName())
            .setCorrelationId(job.correlationId())
            .setCreatedAt(timestamp(job.createdAt()))
            .build();
    return Outgoing.of(
        Subjects.reviewJob(job.priority().wireName(), job.type().wireName()),
        messageId,
        Codecs.REVIEW_JOB,
        message,
        job.correlationId());
  }

  /** Tells that a worker has the job in hand; once a run, whoever takes it up again. */
  static Outgoing processing(Job job, Instant at) {
    return reached(job, JobStatus.PROCESSING, 0, "", at);
  }

  /** Tells that a job was given up by whoever it is for. */
  public static Outgoing cancelled(Job job, Instant at) {
    return reached(job, JobStatus.CANCELLED, 0, "", at);
  }

  /** Tells that a job is finished. */
  static Outgoing finished(Job job, JobStatus status, int findings, String error, Instant at) {
    return reached(job, status, findings, error, at);
  }

  private static Outgoing reached(
      Job job, JobStatus status, int findings, String error, Instant at) {
    ReviewEvent event =
        ReviewEvent.newBuilder()
            .setJobId(job.id())
            .setUserId(job.userId())
            .setStatus(status.wireName())
            .setFindings(findings)
            .setError(error)
            .setCorrelationId(job.correlationId())
            .setTimestamp(timestamp(at))
            .setAttempt(job.runs())
            .build();
    return Outgoing.of(
        Subjects.REVIEW_EVENT.with(job.id(), status.wireName()),
        "%s:%s:%d".formatted(job.id(), status.wireName(), job.runs()),
        Codecs.REVIEW_EVENT,
        event,
        job.correlationId());
  }

  /** The same for a job that was found finished. */
  static Outgoing finished(Job job) {
    return finished(
        job,
        job.status(),
        job.result().map(result -> result.findings().size()).orElse(0),
        job.error(),
        job.completedAt().orElse(job.updatedAt()));
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
