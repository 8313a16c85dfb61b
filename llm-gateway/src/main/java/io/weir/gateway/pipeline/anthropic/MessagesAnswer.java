package io.weir.gateway.pipeline.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;
import java.util.Optional;

/**
 * A whole answer of {@code POST /v1/messages} as a chat completion.
 *
 * @param body UTF-8 JSON; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way through; never compared
public record MessagesAnswer(byte[] body, Usage usage) {

  /**
   * Translates {@code body}; empty when it is no such answer.
   *
   * @param jsonTool whether the answer is in a tool that was added for it
   * @param created seconds since the epoch
   */
  public static Optional<MessagesAnswer> of(byte[] body, boolean jsonTool, long created) {
    return Json.object(body)
        .filter(message -> message.path("content").isArray() && message.has("stop_reason"))
        .map(message -> translate(message, jsonTool, created));
  }

  private static MessagesAnswer translate(JsonNode message, boolean jsonTool, long created) {
    ObjectNode completion =
        Json.MAPPER
            .createObjectNode()
            .put("id", message.path("id").asText())
            .put("object", "chat.completion")
            .put("created", created)
            .put("model", message.path("model").asText());
    ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
    ObjectNode ours = choice.putObject("message").put("role", "assistant").putNull("content");
    ours.putNull("refusal");
    var text = new StringBuilder();
    var thinking = new StringBuilder();
    ArrayNode thoughts = Json.MAPPER.createArrayNode();
    boolean words = false;
    boolean answered = false;
    for (JsonNode block : message.path("content")) {
      switch (block.path("type").asText()) {
        case "text" -> {
          words = true;
          text.append(block.path("text").asText());
        }
        case "thinking", "redacted_thinking" -> {
          thinking.append(block.path("thinking").asText());
          thoughts.add(block);
        }
        case "tool_use" -> {
          String input = block.path("input").toString();
          if (jsonTool) {
            words = true;
            text.append(answered ? "" : input);
            answered = true;
          } else {
            ObjectNode call = ours.withArrayProperty("tool_calls").addObject();
            call.put("id", block.path("id").asText()).put("type", "function");
            call.putObject("function")
                .put("name", block.path("name").asText())
                .put("arguments", input);
          }
        }
        default -> {
          // Such as the traces of a tool that ran at Anthropic.
        }
      }
    }
    if (words) {
      ours.put("content", text.toString());
    }
    if (!thinking.isEmpty()) {
      ours.put("reasoning_content", thinking.toString());
    }
    if (!thoughts.isEmpty()) {
      ours.set(Thoughts.FIELD, thoughts);
    }
    choice.putNull("logprobs");
    choice.put(
        "finish_reason", Answers.finishReason(message.path("stop_reason").asText(), jsonTool));
    completion.set("usage", Answers.usageJson(message.path("usage")));
    return new MessagesAnswer(Json.bytes(completion), Answers.usage(message.path("usage")));
  }
}
