package io.weir.review.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.Bought;
import io.weir.platform.llm.LlmUsage;
import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.JobType;
import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.ReviewResult;
import io.weir.review.pipeline.Submission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A review job as it is stored. Everything of the submitter's has been redacted before it got here.
 *
 * @param secrets what was redacted, as findings with masked values
 * @param bought what models were paid for, of all tries and runs
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
    List<Bought> bought,
    long costMicros,
    String error,
    int runs,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> completedAt) {
  public Job {
    secrets = List.copyOf(secrets);
    bought = List.copyOf(bought);
  }

  /** The tokens of all that was bought. */
  public LlmUsage tokens() {
    return LlmUsage.of(bought);
  }

  /** What is to be reviewed. */
  public Submission submission() {
    return new Submission(type, filePath, content, language, errorLog);
  }
}
