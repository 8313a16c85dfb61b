package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Tokens of one call as the provider counted them.
 *
 * @param input prompt tokens, cached ones included
 * @param cached prompt tokens that were read from the provider's cache
 */
public record Usage(long input, long output, long cached) {
  public static final Usage NONE = new Usage(0, 0, 0);

  /** The usage in a completion or in a chunk of one, when it holds any. */
  public static Optional<Usage> of(JsonNode completion) {
    JsonNode usage = completion.path("usage");
    if (!usage.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new Usage(
            usage.path("prompt_tokens").asLong(),
            usage.path("completion_tokens").asLong(),
            usage.path("prompt_tokens_details").path("cached_tokens").asLong()));
  }

  public long total() {
    return input + output;
  }
}
