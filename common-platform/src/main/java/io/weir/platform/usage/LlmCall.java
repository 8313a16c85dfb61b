package io.weir.platform.usage;

import java.time.Instant;

/**
 * One call of a model through the gateway, as its ledger has it.
 *
 * @param id names the purchase: one that is told of twice is one row
 * @param at when it ended
 * @param tokens as counted by the provider, or by the gateway when {@code estimated}
 * @param costMicros in micro-dollars
 * @param user whose call it is
 * @param key the API key that it was made with; empty for none
 * @param charge the reservation that it counts in; empty when it is charged to nobody
 * @param endpoint the way in
 */
public record LlmCall(
    String id,
    Instant at,
    String provider,
    String model,
    Tokens tokens,
    boolean estimated,
    long costMicros,
    String user,
    String key,
    String correlationId,
    String endpoint,
    long latencyMillis,
    Outcome outcome,
    String charge) {
  /**
   * What was used.
   *
   * @param input all of the question, cached ones included
   * @param cached those of the question that were read from the provider's cache
   * @param cacheWrites those of the question that were written to it
   */
  public record Tokens(long input, long cached, long cacheWrites, long output) {}

  /** How a call ended. */
  public enum Outcome {
    OK,
    /** It failed, and nothing was bought. */
    ERROR,
    /** It may have been bought, and was not answered. */
    UNKNOWN,
    /** The caller left before its end. */
    CANCELLED,
    /** Answered from the gateway's cache: nothing was bought. */
    CACHED
  }

  /** Whether it counts as a request: a failure that cost nothing does not. */
  boolean counts() {
    return outcome == Outcome.OK || tokens.input() + tokens.output() > 0;
  }

  LlmCall chargedTo(String other) {
    return new LlmCall(
        id,
        at,
        provider,
        model,
        tokens,
        estimated,
        costMicros,
        user,
        key,
        correlationId,
        endpoint,
        latencyMillis,
        outcome,
        other);
  }

  /** What it takes from its charge. */
  Spend spend() {
    return new Spend(model, tokens.input(), tokens.output(), costMicros, counts() ? 1 : 0);
  }
}
