package io.weir.enricher.handler;

import io.weir.enricher.pipeline.AnswerParser;
import io.weir.enricher.pipeline.Enrichment;
import io.weir.enricher.pipeline.EnrichmentSchema;
import io.weir.enricher.pipeline.PackId;
import io.weir.enricher.pipeline.ParsedAnswer;
import io.weir.enricher.pipeline.Profile;
import io.weir.enricher.pipeline.Prompt;
import io.weir.enricher.pipeline.PromptBuilder;
import io.weir.platform.llm.LlmAnswer;
import io.weir.platform.llm.LlmCall;
import io.weir.platform.llm.LlmClient;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the model, and once more with the reasons when its answer breaks the schema. A second broken
 * answer is not covered up: better no pack than one that is silently wrong. Thread-safe.
 */
final class ModelStep {
  /** What asking came to. */
  sealed interface Answered {
    /** A model gave a valid answer. */
    record Usable(Enrichment enrichment, String model, LlmAnswer.Usage usage) implements Answered {}

    /** There is no model. */
    record NoModel(String reason) implements Answered {}

    /** Both answers broke the schema. */
    record Unusable(String model, List<String> problems) implements Answered {
      public Unusable {
        problems = List.copyOf(problems);
      }
    }
  }

  private final Logger log = LoggerFactory.getLogger(ModelStep.class);
  private final LlmClient llm;

  ModelStep(LlmClient llm) {
    this.llm = llm;
  }

  /**
   * @param workId names the work, so that a redelivery gets the answers that were bought before and
   *     other work does not
   */
  Answered ask(
      Profile profile, Prompt prompt, String workId, String correlationId, Instant deadline)
      throws InterruptedException {
    LlmAnswer first = llm.complete(call(profile, prompt, workId, correlationId, deadline));
    if (first instanceof LlmAnswer.Completed answer
        && AnswerParser.parse(answer.text()) instanceof ParsedAnswer.Invalid invalid) {
      log.atInfo()
          .addKeyValue("model", answer.model())
          .addKeyValue("problems", invalid.problems())
          .log("answer refused, asking again");
      Prompt again = PromptBuilder.again(prompt, invalid.problems());
      LlmAnswer second = llm.complete(call(profile, again, workId, correlationId, deadline));
      return answered(second, answer.usage());
    }
    return answered(first, new LlmAnswer.Usage(0, 0, 0));
  }

  private static Answered answered(LlmAnswer answer, LlmAnswer.Usage before) {
    return switch (answer) {
      case LlmAnswer.OfflineOnly offline -> new Answered.NoModel(offline.reason());
      case LlmAnswer.Completed completed ->
          switch (AnswerParser.parse(completed.text())) {
            case ParsedAnswer.Valid valid ->
                new Answered.Usable(
                    valid.enrichment(), completed.model(), sum(before, completed.usage()));
            case ParsedAnswer.Invalid invalid ->
                new Answered.Unusable(completed.model(), invalid.problems());
          };
    };
  }

  private static LlmCall call(
      Profile profile, Prompt prompt, String workId, String correlationId, Instant deadline) {
    // The prompt is part of the key: a redelivery that found other passages asks something else.
    String key = PackId.ofTexts(List.of(workId, prompt.system(), prompt.user()));
    return LlmCall.of(
            prompt.system(), prompt.user(), profile.maxTokens(), "enrich-" + key, deadline)
        .withTemperature(profile.temperature())
        .withSchema(EnrichmentSchema.NAME, EnrichmentSchema.json())
        .withCorrelationId(correlationId);
  }

  private static LlmAnswer.Usage sum(LlmAnswer.Usage a, LlmAnswer.Usage b) {
    return new LlmAnswer.Usage(
        a.promptTokens() + b.promptTokens(),
        a.completionTokens() + b.completionTokens(),
        a.totalTokens() + b.totalTokens());
  }
}
