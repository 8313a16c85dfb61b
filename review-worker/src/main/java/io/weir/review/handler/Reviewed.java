package io.weir.review.handler;

import io.weir.review.pipeline.ReviewResult;
import io.weir.review.pipeline.Tokens;

/** What came of a review. */
sealed interface Reviewed {
  Tokens tokens();

  record Completed(ReviewResult result, Tokens tokens) implements Reviewed {}

  /** It will not succeed by doing it again. */
  record Failed(String reason, Tokens tokens) implements Reviewed {}
}
