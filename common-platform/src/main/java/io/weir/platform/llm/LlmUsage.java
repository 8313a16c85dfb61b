package io.weir.platform.llm;

import java.util.Collection;

/** Tokens of model calls, as the provider counted them; 0 where it did not say. */
public record LlmUsage(long promptTokens, long completionTokens, long totalTokens) {
  public static final LlmUsage NONE = new LlmUsage(0, 0, 0);

  public LlmUsage plus(LlmUsage other) {
    return new LlmUsage(
        promptTokens + other.promptTokens,
        completionTokens + other.completionTokens,
        totalTokens + other.totalTokens);
  }

  /** The tokens of all these answers together. */
  public static LlmUsage of(Collection<Bought> answers) {
    return answers.stream().map(Bought::usage).reduce(NONE, LlmUsage::plus);
  }
}
