package io.weir.review.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.JobType;
import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.ReviewResult;
import io.weir.review.pipeline.Submission;
import io.weir.review.pipeline.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A review job as it is stored. Everything of the submitter's has been redacted before it got here.
 *
 * @param secrets what was redacted, as findings with masked values
 * @param runs how often it was opened again after it had failed
 * @param error why it failed, empty when it did not
 */
public record Job(
    String id,
    String userId,
    JobType type,
    JobPriority priority,
    JobStatus status,
    String filePath,
    String content,
    Optional<Language> language,
    String repoId,
    String errorLog,
    ObjectNode metadata,
    List<Finding> secrets,
    String correlationId,
    Optional<ReviewResult> result,
    Tokens tokens,
    long costMicros,
    String error,
    int runs,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> completedAt) {
  public Job {
    secrets = List.copyOf(secrets);
  }

  /** What is to be reviewed. */
  public Submission submission() {
    return new Submission(type, filePath, content, language, errorLog);
  }
}
