package io.weir.review.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * What a finished job gives, as it is stored and shown.
 *
 * @param content Markdown for a person
 * @param summary two or three sentences
 * @param findings of secrets, linters and the model, in the order of the file
 * @param lintResult what the linter said, or why it did not
 * @param cached whether the answer came from the cache
 * @param offline whether no model had a part in it
 * @param model who answered, empty when offline
 * @param prompt name and version of the role, such as {@code code_reviewer@1}
 * @param dropped findings of the model whose quote is not in the file
 */
public record ReviewResult(
    @JsonProperty("content") String content,
    @JsonProperty("summary") String summary,
    @JsonProperty("findings") List<Finding> findings,
    @JsonProperty("lint_result") LintReport lintResult,
    @JsonProperty("cached") boolean cached,
    @JsonProperty("offline") boolean offline,
    @JsonProperty("model") String model,
    @JsonProperty("prompt") String prompt,
    @JsonProperty("dropped") int dropped) {
  public ReviewResult {
    findings = List.copyOf(findings);
  }

  /**
   * The linter's part.
   *
   * @param status {@code linted}, {@code skipped} or {@code timed_out}
   * @param issues its findings
   * @param severityCounts how many of each severity
   * @param summary one sentence
   */
  public record LintReport(
      @JsonProperty("status") String status,
      @JsonProperty("issues") List<Finding> issues,
      @JsonProperty("severity_counts") Map<String, Integer> severityCounts,
      @JsonProperty("summary") String summary) {
    public LintReport {
      issues = List.copyOf(issues);
      severityCounts = Map.copyOf(severityCounts);
    }

    public static LintReport of(LintResult lint) {
      String status =
          switch (lint) {
            case LintResult.Linted _ -> "linted";
            case LintResult.Skipped _ -> "skipped";
            case LintResult.TimedOut _ -> "timed_out";
          };
      List<Finding> issues = lint.lintFindings();
      return new LintReport(status, issues, RuleSummary.severityCounts(issues), lint.summary());
    }
  }
}
