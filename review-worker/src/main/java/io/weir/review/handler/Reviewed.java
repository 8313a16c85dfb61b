package io.weir.review.handler;

import io.weir.review.pipeline.ReviewResult;

/** What came of a review. */
sealed interface Reviewed {
  record Completed(ReviewResult result) implements Reviewed {}

  /** It will not succeed by doing it again. */
  record Failed(String reason) implements Reviewed {}
}
