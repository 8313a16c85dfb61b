package io.weir.gateway.pipeline;

/**
 * On whose behalf a model is asked.
 *
 * @param endpoint the way in, as metrics name it: {@code chat_completions}
 * @param correlationId finds all that belongs to one piece of work; may be empty
 * @param user whose call it is
 * @param key the API key that was shown; empty for none
 * @param charged whether the user's quota pays; else the call is recorded only, because whoever
 *     makes it charges the user himself
 */
public record Asker(
    String endpoint, String correlationId, String user, String key, boolean charged) {}
