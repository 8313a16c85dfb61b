package io.weir.review.pipeline;

import java.time.Duration;
import java.util.List;

/**
 * What became of linting one file. A linter that did not run is said, never taken for a clean file.
 */
public sealed interface LintResult {
  /** The linter's name; empty when the language has none. */
  String linter();

  /** The linter ran to its end. */
  record Linted(String linter, String version, List<Finding> findings) implements LintResult {
    public Linted {
      findings = List.copyOf(findings);
    }
  }

  /**
   * No linter for the language, not installed, or it broke; {@code reason} is for the reader of the
   * result.
   */
  record Skipped(String linter, String reason) implements LintResult {}

  /** It was killed with all its children. */
  record TimedOut(String linter, Duration after) implements LintResult {}

  /** The linter's findings, none when it did not run to its end. */
  default List<Finding> lintFindings() {
    return this instanceof Linted linted ? linted.findings() : List.of();
  }

  /** One sentence for the reader of the result. */
  default String summary() {
    return switch (this) {
      case Linted(String linter, String version, List<Finding> findings) ->
          "%s %s: %d issue%s"
              .formatted(linter, version, findings.size(), findings.size() == 1 ? "" : "s");
      case Skipped(String linter, String reason) ->
          linter.isEmpty() ? "not linted: " + reason : "not linted by " + linter + ": " + reason;
      case TimedOut(String linter, Duration after) ->
          "not linted: %s was stopped after %d s".formatted(linter, after.toSeconds());
    };
  }
}
