package io.weir.gateway.pipeline.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;

/** What Anthropic's answers, whole and streamed, have in common with chat completions. */
final class Answers {
  private Answers() {}

  /** OpenAI's word for why an answer ended. */
  static String finishReason(String stopReason, boolean jsonTool) {
    return switch (stopReason) {
      // A pause wants to be gone on with: what is there is not the whole.
      case "max_tokens", "model_context_window_exceeded", "pause_turn" -> "length";
      case "tool_use" -> jsonTool ? "stop" : "tool_calls";
      case "refusal" -> "content_filter";
      default -> "stop"; // end_turn, stop_sequence
    };
  }

  /**
   * Tokens as OpenAI counts them: those read from and written to the cache are part of the prompt.
   */
  static Usage usage(JsonNode usage) {
    long cached = usage.path("cache_read_input_tokens").asLong();
    long written = usage.path("cache_creation_input_tokens").asLong();
    return new Usage(
        usage.path("input_tokens").asLong() + cached + written,
        usage.path("output_tokens").asLong(),
        cached,
        written);
  }

  static ObjectNode usageJson(JsonNode theirs) {
    Usage usage = usage(theirs);
    ObjectNode json =
        Json.MAPPER
            .createObjectNode()
            .put("prompt_tokens", usage.input())
            .put("completion_tokens", usage.output())
            .put("total_tokens", usage.total());
    json.putObject("prompt_tokens_details")
        .put("cached_tokens", usage.cached())
        .put("cache_write_tokens", usage.cacheWrites());
    return json;
  }
}
