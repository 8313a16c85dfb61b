package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Tokens of one call as the provider counted them.
 *
 * @param input prompt tokens, cached ones included
 * @param cached prompt tokens that were read from the provider's cache
 * @param cacheWrites prompt tokens that were written to it
 */
public record Usage(long input, long output, long cached, long cacheWrites) {
  public static final Usage NONE = new Usage(0, 0, 0);

  /** Of a provider that charges nothing for writing its cache. */
  public Usage(long input, long output, long cached) {
    this(input, output, cached, 0);
  }

  /**
   * The usage in a completion or in a chunk of one, when it holds any. Some count the tokens of
   * thinking in the total only, xAI and proxies of Gemini among them: all that is no prompt is
   * output, and is paid as such.
   */
  public static Optional<Usage> of(JsonNode completion) {
    JsonNode usage = completion.path("usage");
    if (!usage.isObject()) {
      return Optional.empty();
    }
    long prompt = usage.path("prompt_tokens").asLong();
    long completed = usage.path("completion_tokens").asLong();
    boolean both = usage.has("prompt_tokens") && usage.has("completion_tokens");
    long output =
        both ? Math.max(completed, usage.path("total_tokens").asLong() - prompt) : completed;
    return Optional.of(
        new Usage(
            prompt,
            output,
            usage.path("prompt_tokens_details").path("cached_tokens").asLong(),
            usage.path("prompt_tokens_details").path("cache_write_tokens").asLong()));
  }

  /** As a completion has it. */
  public ObjectNode json() {
    ObjectNode usage =
        Json.MAPPER
            .createObjectNode()
            .put("prompt_tokens", input)
            .put("completion_tokens", output)
            .put("total_tokens", total());
    if (cached > 0) {
      usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
    }
    return usage;
  }

  public long total() {
    return input + output;
  }
}
