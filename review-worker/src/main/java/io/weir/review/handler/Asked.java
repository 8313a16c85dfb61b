package io.weir.review.handler;

import io.weir.review.pipeline.ReviewAnswer;
import io.weir.review.pipeline.Tokens;

/** What came of asking the model. */
sealed interface Asked {
  record Answered(ReviewAnswer answer, String model, Tokens tokens) implements Asked {}

  /** No model is there; {@code tokens} is what an earlier try has cost. */
  record Offline(String reason, Tokens tokens) implements Asked {}

  /** The model answered twice and neither answer was one. */
  record Invalid(String reason, Tokens tokens) implements Asked {}
}
