package io.weir.review.handler;

import io.weir.platform.llm.Asked;
import io.weir.platform.llm.Bill;
import io.weir.platform.llm.LanguageModel;
import io.weir.platform.llm.LlmCall;
import io.weir.platform.llm.StructuredCall;
import io.weir.review.config.ReviewSettings;
import io.weir.review.config.Roles;
import io.weir.review.pipeline.Anchoring;
import io.weir.review.pipeline.AnswerSchema;
import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.Merge;
import io.weir.review.pipeline.PromptBuilder;
import io.weir.review.pipeline.PromptBuilder.Prompt;
import io.weir.review.pipeline.ReviewAnswer;
import io.weir.review.pipeline.ReviewResult;
import io.weir.review.pipeline.Role;
import io.weir.review.pipeline.RuleSummary;
import io.weir.review.remote.Linter;
import io.weir.review.store.Job;
import java.time.Instant;
import java.util.List;

/** The steps of a review, in order. Thread-safe. */
public final class Reviewer {
  private final Linter linters;
  private final Roles roles;
  private final LanguageModel model;
  private final ReviewSettings.Model settings;

  public Reviewer(Linter linters, Roles roles, LanguageModel model, ReviewSettings.Model settings) {
    this.linters = linters;
    this.roles = roles;
    this.model = model;
    this.settings = settings;
  }

  /**
   * Reviews {@code job}.
   *
   * @param bill gets what the model was paid for, however this ends
   */
  Reviewed review(Job job, Bill bill, Instant deadline) throws InterruptedException {
    LintResult lint = linters.lint(job.submission());
    Role role = roles.of(job.type());
    Prompt prompt = PromptBuilder.build(role, job.submission(), lint);
    return switch (model.ask(question(job, prompt, deadline), bill)) {
      case Asked.Answered<ReviewAnswer>(var answer, var name) ->
          withModel(job, role, lint, answer, name);
      case Asked.Offline<ReviewAnswer>(var reason) ->
          new Reviewed.Completed(offline(job, role, lint, reason));
      case Asked.Invalid<ReviewAnswer>(_, var problems) ->
          new Reviewed.Failed(
              "the model's answer was not valid, twice: " + String.join("; ", problems));
    };
  }

  // A job that was opened again is other work: it gets an answer of its own.
  private StructuredCall<ReviewAnswer> question(Job job, Prompt prompt, Instant deadline) {
    LlmCall call =
        LlmCall.of(
                job.id() + ":" + job.runs(),
                "answer",
                prompt.system(),
                prompt.user(),
                settings.maxTokens(),
                deadline)
            .withTemperature(settings.temperature())
            .withCorrelationId(job.correlationId())
            .withCacheOf(job.userId());
    return new StructuredCall<>(
        job.runs() > 0 ? call.askedAnew() : call, AnswerSchema.of(job.submission()));
  }

  private static Reviewed withModel(
      Job job, Role role, LintResult lint, ReviewAnswer answer, String model) {
    // A debug job without code has nothing to quote from but its log.
    String quoted = job.content().isEmpty() ? job.errorLog() : job.content();
    Anchoring anchored = Anchoring.of(answer.findings(), quoted);
    return new Reviewed.Completed(
        new ReviewResult(
            answer.content(),
            answer.summary(),
            Merge.of(job.secrets(), lint.lintFindings(), anchored.findings()),
            ReviewResult.LintReport.of(lint),
            false,
            false,
            model,
            prompt(role),
            anchored.dropped()));
  }

  private static ReviewResult offline(Job job, Role role, LintResult lint, String reason) {
    List<Finding> findings = Merge.of(job.secrets(), lint.lintFindings(), List.of());
    String content = RuleSummary.offline(job.submission(), findings, lint, reason);
    return new ReviewResult(
        content,
        "Offline review by rules alone: %d findings. %s."
            .formatted(findings.size(), lint.summary()),
        findings,
        ReviewResult.LintReport.of(lint),
        false,
        true,
        "",
        prompt(role),
        0);
  }

  private static String prompt(Role role) {
    return role.name() + "@" + role.version();
  }
}
