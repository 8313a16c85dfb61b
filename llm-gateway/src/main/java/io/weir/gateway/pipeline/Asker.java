package io.weir.gateway.pipeline;

import io.weir.platform.usage.KeyBudget;

/**
 * On whose behalf a model is asked.
 *
 * @param endpoint the way in, as metrics name it: {@code chat_completions}
 * @param correlationId finds all that belongs to one piece of work; may be empty
 * @param user whose call it is
 * @param key the API key that was shown; empty for none
 * @param charged whether the user's quota pays; else the call is recorded only, because whoever
 *     makes it charges the user himself
 * @param budget what the key may use in a month, beside what its user may
 */
public record Asker(
    String endpoint,
    String correlationId,
    String user,
    String key,
    boolean charged,
    KeyBudget budget) {

  /** The endpoint of durable requests. */
  public static final String DURABLE = "nats_llm_request";

  /** Whether the request comes again when it can't be answered now. */
  public boolean isDurable() {
    return endpoint.equals(DURABLE);
  }

  /** One whose key has no budget of its own, or who has no key. */
  public Asker(String endpoint, String correlationId, String user, String key, boolean charged) {
    this(endpoint, correlationId, user, key, charged, KeyBudget.NONE);
  }
}
