package io.weir.review.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.answer.AnswerFormat;
import io.weir.platform.llm.answer.Parsed;
import io.weir.platform.llm.answer.StrictSchema;
import java.util.Arrays;

/**
 * What a review's answer must look like. {@link AnswerParser} is milder than the schema: it asks
 * for what the review can't do without.
 *
 * @param file the file under review; findings are about it, whatever the model names
 */
public record AnswerSchema(String file) implements AnswerFormat<ReviewAnswer> {
  /** For what {@code submission} has to quote from: of a job without code that is its log. */
  public static AnswerSchema of(Submission submission) {
    return new AnswerSchema(
        submission.content().isEmpty() ? Submission.ERROR_LOG : submission.filePath());
  }

  @Override
  public String name() {
    return "review_answer";
  }

  @Override
  public ObjectNode schema() {
    StrictSchema finding =
        StrictSchema.object()
            .strings("file")
            .integers("start_line", "end_line")
            .oneOf("severity", Arrays.stream(Severity.values()).map(Severity::wireName).toList())
            .strings("category", "rule", "message", "existing_code", "suggestion")
            .numbers("confidence");
    return StrictSchema.object().strings("summary", "content").list("findings", finding).json();
  }

  @Override
  public Parsed<ReviewAnswer> parse(ObjectNode answer) {
    return AnswerParser.parse(answer, file);
  }
}
