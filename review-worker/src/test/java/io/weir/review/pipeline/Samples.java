package io.weir.review.pipeline;

import java.util.Optional;

/** Findings and submissions for the tests, with what a test does not care about filled in. */
final class Samples {
  private Samples() {}

  static Finding finding(Source source, int line, String rule, String message) {
    return new Finding(
        "a.py", line, 1, line, 2, Severity.MEDIUM, "bug", rule, message, "", "", 1, source);
  }

  static Finding quoting(String quote, int line) {
    return new Finding(
        "a.py", line, 1, line, 1, Severity.LOW, "bug", "r", "m", quote, "", 0.5, Source.MODEL);
  }

  static Submission python(String content) {
    return new Submission(JobType.REVIEW, "a.py", content, Optional.of(Language.PYTHON), "");
  }
}
