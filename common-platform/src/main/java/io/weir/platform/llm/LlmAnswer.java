package io.weir.platform.llm;

/** What became of a model call that ended without a failure. */
public sealed interface LlmAnswer {
  /**
   * A model answered.
   *
   * @param text its answer, not empty; with a schema it should be JSON, which the caller checks
   * @param model the model that answered
   */
  record Completed(String text, String model) implements LlmAnswer {}

  /** No model is configured: the caller builds its result from its own parts. */
  record OfflineOnly(String reason) implements LlmAnswer {}
}
