package io.weir.gateway.pipeline.tool;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A call of a tool that a model wants.
 *
 * @param id the model's name for it
 * @param tool the tool's name
 * @param arguments as the model wrote them: JSON, it should be
 */
public record ToolCall(String id, String tool, String arguments) {
  static ToolCall of(JsonNode call) {
    JsonNode function = call.path("function");
    String arguments = function.path("arguments").asText();
    return new ToolCall(
        call.path("id").asText(),
        function.path("name").asText(),
        arguments.isBlank() ? "{}" : arguments);
  }
}
