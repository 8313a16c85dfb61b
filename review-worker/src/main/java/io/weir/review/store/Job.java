package io.weir.review.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.Bought;
import io.weir.platform.llm.LlmUsage;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Spend;
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
 * @param charge by which it counts; empty until there is one, and again when it was opened again
 * @param counted what earlier charges of it were settled with, all together
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
    Optional<Instant> completedAt,
    Optional<Charge> charge,
    Spend counted) {
  public Job {
    secrets = List.copyOf(secrets);
    bought = List.copyOf(bought);
  }

  /** The same, counted by {@code charge}. */
  public Job with(Charge made) {
    return new Job(
        id,
        userId,
        type,
        priority,
        status,
        filePath,
        content,
        language,
        repoId,
        errorLog,
        metadata,
        secrets,
        correlationId,
        result,
        bought,
        costMicros,
        error,
        runs,
        createdAt,
        updatedAt,
        completedAt,
        Optional.of(made),
        counted);
  }

  /** What its charge is to be settled with: all that was bought since the earlier ones. */
  public Spend spend() {
    LlmUsage all = tokens();
    return new Spend(
        bought.isEmpty() ? "" : bought.getLast().model(),
        all.promptTokens() - counted.inputTokens(),
        all.completionTokens() - counted.outputTokens(),
        // Prices may have changed since.
        Math.max(0, costMicros - counted.costMicros()));
  }

  /** What all its charges were settled with, once this one is. */
  public Spend spendOfAll() {
    LlmUsage all = tokens();
    return new Spend("", all.promptTokens(), all.completionTokens(), costMicros);
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
