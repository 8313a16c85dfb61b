package io.weir.review.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Tokens of all model calls of a job, as the provider counted them. */
public record Tokens(
    @JsonProperty("prompt_tokens") long prompt,
    @JsonProperty("completion_tokens") long completion,
    @JsonProperty("total_tokens") long total) {
  public static final Tokens NONE = new Tokens(0, 0, 0);

  public Tokens plus(Tokens other) {
    return new Tokens(prompt + other.prompt, completion + other.completion, total + other.total);
  }

  /**
   * What they cost in micro-dollars, rounded up: a call is never free because it is small.
   *
   * @param inputPrice micro-dollars for 1,000 prompt tokens
   * @param outputPrice micro-dollars for 1,000 completion tokens
   */
  public long costMicros(int inputPrice, int outputPrice) {
    return Math.ceilDiv(prompt * inputPrice + completion * outputPrice, 1_000L);
  }
}
