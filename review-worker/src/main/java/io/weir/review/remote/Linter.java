package io.weir.review.remote;

import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.Submission;

/** A program that finds faults in one file. Implementations are safe for concurrent use. */
public interface Linter {
  /**
   * Lints {@code submission}'s content. Everything that goes wrong with the program is a {@link
   * LintResult}, never an exception: a review goes on without its linter.
   */
  LintResult lint(Submission submission) throws InterruptedException;
}
