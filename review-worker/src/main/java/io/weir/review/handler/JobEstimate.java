package io.weir.review.handler;

import io.weir.platform.llm.LlmCall;
import io.weir.platform.llm.TokenCounter;
import io.weir.review.config.ReviewSettings;
import io.weir.review.config.Roles;
import io.weir.review.pipeline.AnswerSchema;
import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.PromptBuilder;
import io.weir.review.pipeline.PromptBuilder.Prompt;
import io.weir.review.store.Job;
import java.time.Instant;

/**
 * How many tokens a job may cost, before anything is done for it: its question with a margin of 30
 * %, a linter's findings, and the longest answer. An answer that has to be asked for twice may cost
 * more, and is counted as what it was. Thread-safe.
 */
public final class JobEstimate {
  /** Forty lines, the most that go into a question, of the length that linters write. */
  private static final long LINTER = 2_000;

  private static final LintResult NOT_YET = new LintResult.Skipped("", "not yet");

  private final Roles roles;
  private final ReviewSettings.Model settings;
  private final TokenCounter counter;

  public JobEstimate(Roles roles, ReviewSettings.Model settings, TokenCounter counter) {
    this.roles = roles;
    this.settings = settings;
    this.counter = counter;
  }

  /** Tokens of one question and its answer. */
  public long of(Job job) {
    Prompt prompt = PromptBuilder.build(roles.of(job.type()), job.submission(), NOT_YET);
    var format = AnswerSchema.of(job.submission());
    LlmCall question =
        LlmCall.of(
                job.id(),
                "answer",
                prompt.system(),
                prompt.user(),
                settings.maxTokens(),
                Instant.EPOCH)
            .withSchema(format.name(), format.schema());
    return counter.atMost(question) + (job.content().isEmpty() ? 0 : LINTER);
  }
}
