package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What Anthropic's Messages API refuses with a 400, so that what was translated badly does not pass
 * here either. Not all that it refuses, but what a translation from another protocol may get wrong.
 */
final class AnthropicChecks {
  private static final Set<String> FIELDS =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "system",
          "metadata",
          "stop_sequences",
          "stream",
          "temperature",
          "top_k",
          "top_p",
          "tools",
          "tool_choice",
          "thinking",
          "output_config",
          "service_tier",
          "container");

  private AnthropicChecks() {}

  /** The first thing that is wrong. */
  static Optional<String> complaint(JsonNode request) {
    for (String field : (Iterable<String>) request::fieldNames) {
      if (!FIELDS.contains(field)) {
        return Optional.of(field + ": Extra inputs are not permitted");
      }
    }
    if (!request.path("model").isTextual()) {
      return Optional.of("model: Field required");
    }
    if (!request.path("max_tokens").isInt() || request.path("max_tokens").asInt() < 1) {
      return Optional.of("max_tokens: Field required");
    }
    if (request.path("temperature").asDouble() > 1) {
      return Optional.of("temperature: range: 0..1");
    }
    for (JsonNode word : request.path("stop_sequences")) {
      if (word.asText().isBlank()) {
        return Optional.of("stop_sequences: each stop sequence must contain non-whitespace");
      }
    }
    for (JsonNode tool : request.path("tools")) {
      boolean own = tool.has("type") && !tool.path("type").asText().equals("custom");
      if (!own && !tool.path("input_schema").path("type").asText().equals("object")) {
        return Optional.of("tools.0.custom.input_schema.type: Field required");
      }
    }
    JsonNode choice = request.path("tool_choice");
    if (!choice.isMissingNode()
        && !Set.of("auto", "any", "tool", "none").contains(choice.path("type").asText())) {
      return Optional.of("tool_choice: Input tag does not match any of the expected tags");
    }
    return blocks("system", request.path("system")).or(() -> messages(request.path("messages")));
  }

  private static Optional<String> messages(JsonNode messages) {
    if (messages.isEmpty()) {
      return Optional.of("messages: at least one message is required");
    }
    Set<String> open = new HashSet<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonNode message = messages.path(i);
      String role = message.path("role").asText();
      if (!Set.of("user", "assistant").contains(role)) {
        return Optional.of("messages." + i + ".role: Input should be 'user' or 'assistant'");
      }
      if (message.path("content").isEmpty() && !message.path("content").isTextual()) {
        return Optional.of("messages." + i + ": content must not be empty");
      }
      Optional<String> wrong = blocks("messages." + i, message.path("content"));
      if (wrong.isPresent()) {
        return wrong;
      }
      Optional<String> unpaired = results(i, message.path("content"), open);
      if (unpaired.isPresent()) {
        return unpaired;
      }
    }
    return Optional.empty();
  }

  /** Each call's result is in the very next message, and before anything else in it. */
  private static Optional<String> results(int index, JsonNode content, Set<String> open) {
    boolean other = false;
    Set<String> calls = new HashSet<>();
    for (JsonNode block : content.isArray() ? content : OpenAiBodies.JSON.createArrayNode()) {
      switch (block.path("type").asText()) {
        case "tool_result" -> {
          if (other || !open.remove(block.path("tool_use_id").asText())) {
            return Optional.of(
                "messages." + index + ": unexpected `tool_use_id` found in `tool_result` blocks");
          }
        }
        case "tool_use" -> {
          if (!block.path("id").asText().matches("[a-zA-Z0-9_-]+")
              || !block.path("input").isObject()) {
            return Optional.of("messages." + index + ".content: invalid tool_use");
          }
          calls.add(block.path("id").asText());
        }
        default -> other = true;
      }
    }
    if (!open.isEmpty()) {
      return Optional.of(
          "messages." + index + ": `tool_use` ids were found without `tool_result` blocks");
    }
    open.addAll(calls);
    return Optional.empty();
  }

  private static Optional<String> blocks(String where, JsonNode content) {
    for (JsonNode block : content.isArray() ? content : OpenAiBodies.JSON.createArrayNode()) {
      switch (block.path("type").asText()) {
        case "text" -> {
          if (block.path("text").asText().isEmpty()) {
            return Optional.of(where + ": text content blocks must be non-empty");
          }
        }
        case "image", "document" -> {
          JsonNode source = block.path("source");
          boolean known =
              source.path("type").asText().equals("url")
                  ? source.path("url").asText().startsWith("http")
                  : source.path("data").isTextual() && source.path("media_type").isTextual();
          if (!known) {
            return Optional.of(where + ": invalid source");
          }
        }
        case "tool_use", "tool_result", "thinking" -> {
          // Looked at elsewhere, or as they came.
        }
        default -> {
          return Optional.of(where + ": unknown content block " + block.path("type"));
        }
      }
    }
    return Optional.empty();
  }
}
