package io.weir.platform.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.answer.AnswerFormat;
import io.weir.platform.llm.answer.Parsed;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A question whose answer is to have a form.
 *
 * @param question without a schema, which the format has; its step at most 25 characters, so that
 *     the repair round's has room
 * @param <T> what a valid answer becomes
 */
public record StructuredCall<T>(LlmCall question, AnswerFormat<T> format) {
  private static final Logger log = LoggerFactory.getLogger(StructuredCall.class);
  // A model that got everything wrong learns nothing from a longer list, and each entry is paid.
  private static final int MOST_PROBLEMS = 20;
  private static final int LONGEST_PROBLEM = 300;

  public StructuredCall {
    if (question.schema().isPresent()) {
      throw new IllegalArgumentException("the format brings the schema, expected none besides");
    }
    question = question.withSchema(format.name(), format.schema());
    // A step too long for its repair round is told now, not when a model first errs.
    var _ = repair(question, List.of());
  }

  /** Asks, and once more with the problems when the answer has any. */
  Asked<T> askedOf(LanguageModel model, Bill bill) throws InterruptedException {
    Asked<T> first = outcome(model.complete(question, bill));
    if (first instanceof Asked.Invalid<T>(String name, var problems)) {
      log.atInfo()
          .addKeyValue("model", name)
          .addKeyValue("format", format.name())
          .addKeyValue("problems", problems.size())
          .log("answer not valid, asking once more");
      return outcome(model.complete(repair(question, problems), bill));
    }
    return first;
  }

  private Asked<T> outcome(LlmAnswer answer) {
    return switch (answer) {
      case LlmAnswer.OfflineOnly(String reason) -> new Asked.Offline<>(reason);
      case LlmAnswer.Completed(String text, String name) ->
          switch (read(text)) {
            case Parsed.Valid<T>(T value) -> new Asked.Answered<>(value, name);
            case Parsed.Invalid<T>(var problems) -> new Asked.Invalid<>(name, bounded(problems));
          };
    };
  }

  private Parsed<T> read(String text) {
    return switch (AnswerText.json(text)) {
      case Parsed.Valid<ObjectNode>(var object) -> format.parse(object);
      case Parsed.Invalid<ObjectNode>(var problems) -> new Parsed.Invalid<>(problems);
    };
  }

  private static LlmCall repair(LlmCall question, List<String> problems) {
    // Anew: a second answer that was not valid either would be given for the same question again.
    return question
        .askedAnew()
        .withStep(question.step() + "-repair")
        .withUser(
            "Your answer before this one was not valid:\n- "
                + String.join("\n- ", problems)
                + "\n"
                + "Answer again, with one valid JSON object of the given schema and nothing"
                + " else.");
  }

  private static List<String> bounded(List<String> problems) {
    return problems.stream()
        .limit(MOST_PROBLEMS)
        .map(text -> text.length() <= LONGEST_PROBLEM ? text : clipped(text))
        .toList();
  }

  private static String clipped(String text) {
    int end = Character.isHighSurrogate(text.charAt(LONGEST_PROBLEM - 1)) ? 1 : 0;
    return text.substring(0, LONGEST_PROBLEM - end) + "…";
  }
}
