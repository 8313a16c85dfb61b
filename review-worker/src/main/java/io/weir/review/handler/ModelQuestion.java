package io.weir.review.handler;

import io.weir.platform.llm.LlmAnswer;
import io.weir.platform.llm.LlmCall;
import io.weir.review.config.ReviewSettings;
import io.weir.review.pipeline.AnswerParser;
import io.weir.review.pipeline.AnswerParser.Parsed;
import io.weir.review.pipeline.AnswerSchema;
import io.weir.review.pipeline.PromptBuilder.Prompt;
import io.weir.review.pipeline.Tokens;
import io.weir.review.store.Job;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Asks the model and, when its answer is no valid one, once more with what was wrong. Thread-safe.
 */
final class ModelQuestion {
  private final Model model;
  private final ReviewSettings.Model settings;

  ModelQuestion(Model model, ReviewSettings.Model settings) {
    this.model = model;
    this.settings = settings;
  }

  Asked ask(Job job, Prompt prompt, Instant deadline) throws InterruptedException {
    Tokens spent = Tokens.NONE;
    List<String> errors = List.of();
    for (int attempt = 1; attempt <= 2; attempt++) {
      var messages =
          attempt == 1 ? List.of(prompt.user()) : List.of(prompt.user(), correction(errors));
      switch (model.complete(call(job, prompt.system(), messages, attempt, deadline))) {
        case LlmAnswer.OfflineOnly(String reason) -> {
          return new Asked.Offline(reason, spent);
        }
        case LlmAnswer.Completed(String text, String name, LlmAnswer.Usage usage) -> {
          spent =
              spent.plus(
                  new Tokens(usage.promptTokens(), usage.completionTokens(), usage.totalTokens()));
          switch (AnswerParser.parse(text, job.filePath())) {
            case Parsed.Valid(var answer) -> {
              return new Asked.Answered(answer, name, spent);
            }
            case Parsed.Invalid(var found) -> errors = found;
          }
        }
      }
    }
    return new Asked.Invalid(
        "the model's answer was not valid, twice: " + String.join("; ", errors), spent);
  }

  // The key names work and step: a redelivered job gets the answer that was paid for, a reopened
  // one a new one.
  private LlmCall call(
      Job job, String system, List<String> messages, int attempt, Instant deadline) {
    return new LlmCall(
        Optional.empty(),
        system,
        messages,
        settings.maxTokens(),
        settings.temperature(),
        Optional.of(new LlmCall.Schema(AnswerSchema.NAME, AnswerSchema.json())),
        "%s:%d:answer-%d".formatted(job.id(), job.runs(), attempt),
        job.correlationId(),
        deadline);
  }

  private static String correction(List<String> errors) {
    return "Your answer before this one was not valid:\n- "
        + String.join("\n- ", errors)
        + "\nAnswer again, with one valid JSON object and nothing else.";
  }
}
