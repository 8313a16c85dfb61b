package io.weir.gateway.catalogue;

import io.weir.gateway.pipeline.Usage;

/**
 * What tokens cost, in billionths of a US dollar for one. A price in dollars for a million tokens
 * is one in micro-dollars for one token.
 *
 * @param inputNanos a token of the question
 * @param outputNanos a token of the answer
 * @param cachedNanos a token of the question that was read from the provider's cache
 * @param cacheWriteNanos a token of the question that was written to it
 */
public record Rates(long inputNanos, long outputNanos, long cachedNanos, long cacheWriteNanos) {

  /** Cached reads at a tenth of the input's price, cache writes at 1.25 times of it. */
  public static Rates of(long inputNanos, long outputNanos) {
    return new Rates(inputNanos, outputNanos, inputNanos / 10, inputNanos * 5 / 4);
  }

  /** What tokens cost in micro-dollars, rounded up: no call is free because it is small. */
  long costMicros(Usage usage) {
    long cached = Math.min(usage.cached(), usage.input());
    long written = Math.min(usage.cacheWrites(), usage.input() - cached);
    long plain = usage.input() - cached - written;
    return Math.ceilDiv(
        plain * inputNanos
            + cached * cachedNanos
            + written * cacheWriteNanos
            + usage.output() * outputNanos,
        1_000L);
  }
}
