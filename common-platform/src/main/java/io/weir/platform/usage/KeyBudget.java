package io.weir.platform.usage;

/**
 * What an API key may use in a month, beside what its user may.
 *
 * @param tokens of models, 0 or more; {@link Quota#ENDLESS} for no limit
 * @param micros micro-dollars, 0 or more; likewise
 */
public record KeyBudget(long tokens, long micros) {
  /** That of a key whose user's quota is all that holds it. */
  public static final KeyBudget NONE = new KeyBudget(Quota.ENDLESS, Quota.ENDLESS);

  /**
   * @throws IllegalArgumentException with what is wrong, in words for the person who asked
   */
  public KeyBudget {
    if (tokens < 0 || micros < 0) {
      throw new IllegalArgumentException("a key's budget is 0 or more");
    }
  }

  /** Whether there is any limit. */
  public boolean limits() {
    return limitsTokens() || limitsCost();
  }

  public boolean limitsTokens() {
    return tokens < Quota.ENDLESS;
  }

  public boolean limitsCost() {
    return micros < Quota.ENDLESS;
  }

  /** Whether so much fits beside what is used and reserved. */
  boolean hasRoom(KeyNumbers numbers, Room wanted) {
    return numbers.tokensUsed() + numbers.tokensReserved() + wanted.tokens() <= tokens
        && numbers.costMicros() + numbers.costReserved() + wanted.micros() <= micros;
  }
}
