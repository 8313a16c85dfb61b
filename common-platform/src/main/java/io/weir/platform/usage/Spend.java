package io.weir.platform.usage;

/**
 * What a piece of work used, as the provider counted it.
 *
 * @param model that did it; empty when none did
 * @param inputTokens 0 or more
 * @param outputTokens 0 or more
 * @param costMicros in micro-dollars, 0 or more
 * @param requests that it counts as, 0 or more
 */
public record Spend(
    String model, long inputTokens, long outputTokens, long costMicros, long requests) {
  /** Answered from what was there already. It is a request all the same. */
  public static final Spend NONE = new Spend("", 0, 0, 0);

  public Spend {
    if (inputTokens < 0 || outputTokens < 0 || costMicros < 0 || requests < 0) {
      throw new IllegalArgumentException("nobody spends less than nothing");
    }
  }

  /** That of one request. */
  public Spend(String model, long inputTokens, long outputTokens, long costMicros) {
    this(model, inputTokens, outputTokens, costMicros, 1);
  }

  public long tokens() {
    return inputTokens + outputTokens;
  }
}
