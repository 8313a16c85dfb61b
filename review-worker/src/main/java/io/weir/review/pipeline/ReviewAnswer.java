package io.weir.review.pipeline;

import java.util.List;

/**
 * A model's valid answer.
 *
 * @param summary two or three sentences
 * @param content the answer at length, Markdown
 * @param findings as the model placed them, not yet anchored
 */
public record ReviewAnswer(String summary, String content, List<Finding> findings) {
  public ReviewAnswer {
    findings = List.copyOf(findings);
  }
}
