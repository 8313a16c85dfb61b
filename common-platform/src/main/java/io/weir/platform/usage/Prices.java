package io.weir.platform.usage;

import io.weir.messaging.runtime.SettingsReader;

/**
 * What tokens cost.
 *
 * @param inputMicros micro-dollars for 1,000 tokens of a question
 * @param outputMicros micro-dollars for 1,000 tokens of an answer
 */
public record Prices(int inputMicros, int outputMicros) {
  /** Reads {@code PRICE_INPUT_MICROS} [3,000] and {@code PRICE_OUTPUT_MICROS} [15,000]. */
  public static Prices read(SettingsReader settings) {
    return new Prices(
        settings.integer(
            "PRICE_INPUT_MICROS", 3_000, 0, 1_000_000, "micro-dollars for 1,000 input tokens"),
        settings.integer(
            "PRICE_OUTPUT_MICROS", 15_000, 0, 1_000_000, "micro-dollars for 1,000 output tokens"));
  }

  /** What tokens cost in micro-dollars, rounded up: a call is never free because it is small. */
  public long costMicros(long inputTokens, long outputTokens) {
    return Math.ceilDiv(inputTokens * inputMicros + outputTokens * outputMicros, 1_000L);
  }
}
