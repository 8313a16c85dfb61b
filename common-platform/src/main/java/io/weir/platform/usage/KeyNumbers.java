package io.weir.platform.usage;

/**
 * What an API key that has a budget has used in a month.
 *
 * @param tokensUsed by work that is done
 * @param tokensReserved for work that is not
 * @param costMicros of work that is done, in micro-dollars
 * @param costReserved for work that is not
 */
public record KeyNumbers(long tokensUsed, long tokensReserved, long costMicros, long costReserved) {
  public static final KeyNumbers NONE = new KeyNumbers(0, 0, 0, 0);
}
