package io.weir.review.handler;

import io.weir.review.config.ReviewSettings;
import io.weir.review.config.Roles;
import io.weir.review.pipeline.Anchoring;
import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.Merge;
import io.weir.review.pipeline.PromptBuilder;
import io.weir.review.pipeline.ReviewResult;
import io.weir.review.pipeline.Role;
import io.weir.review.pipeline.RuleSummary;
import io.weir.review.pipeline.Tokens;
import io.weir.review.remote.Linter;
import io.weir.review.store.Job;
import java.time.Instant;
import java.util.List;

/** The steps of a review, in order. Thread-safe. */
public final class Reviewer {
  private final Linter linters;
  private final Roles roles;
  private final ModelQuestion question;

  public Reviewer(Linter linters, Roles roles, Model model, ReviewSettings.Model settings) {
    this.linters = linters;
    this.roles = roles;
    this.question = new ModelQuestion(model, settings);
  }

  Reviewed review(Job job, Instant deadline) throws InterruptedException {
    LintResult lint = linters.lint(job.submission());
    Role role = roles.of(job.type());
    return switch (question.ask(job, PromptBuilder.build(role, job.submission(), lint), deadline)) {
      case Asked.Answered answered -> withModel(job, role, lint, answered);
      case Asked.Offline(String reason, Tokens tokens) ->
          new Reviewed.Completed(offline(job, role, lint, reason), tokens);
      case Asked.Invalid(String reason, Tokens tokens) -> new Reviewed.Failed(reason, tokens);
    };
  }

  private static Reviewed withModel(Job job, Role role, LintResult lint, Asked.Answered asked) {
    // A debug job without code has nothing to quote from but its log.
    String quoted = job.content().isEmpty() ? job.errorLog() : job.content();
    Anchoring anchored = Anchoring.of(asked.answer().findings(), quoted);
    return new Reviewed.Completed(
        new ReviewResult(
            asked.answer().content(),
            asked.answer().summary(),
            Merge.of(job.secrets(), lint.lintFindings(), anchored.findings()),
            ReviewResult.LintReport.of(lint),
            false,
            false,
            asked.model(),
            prompt(role),
            anchored.dropped()),
        asked.tokens());
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
