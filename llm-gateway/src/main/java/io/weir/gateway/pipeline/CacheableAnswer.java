package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Which answers may be given again: whole ones only. One that was cut off would stay so, and a call
 * of a tool is a step of one conversation. Pure.
 */
public final class CacheableAnswer {
  private CacheableAnswer() {}

  /**
   * What is stored of {@code body}, if it may be stored: the answer, having used nothing, for that
   * is what it will have used when it comes from the store.
   */
  public static Optional<byte[]> of(byte[] body) {
    return Json.object(body)
        .filter(answer -> isWholeChat(answer) || isEmbeddings(answer))
        .map(answer -> Json.bytes(unused((ObjectNode) answer)));
  }

  private static boolean isWholeChat(JsonNode answer) {
    JsonNode choices = answer.path("choices");
    if (!choices.isArray() || choices.isEmpty()) {
      return false;
    }
    for (JsonNode choice : choices) {
      JsonNode message = choice.path("message");
      if (!choice.path("finish_reason").asText().equals("stop")
          || message.path("content").asText("").isEmpty()
          || !message.path("tool_calls").isEmpty()
          || message.has("function_call")) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEmbeddings(JsonNode answer) {
    return answer.path("object").asText().equals("list")
        && answer.path("data").isArray()
        && !answer.path("data").isEmpty();
  }

  private static ObjectNode unused(ObjectNode answer) {
    if (answer.path("usage") instanceof ObjectNode usage) {
      ObjectNode none = answer.putObject("usage");
      usage
          .properties()
          .forEach(
              field -> {
                if (field.getValue().isNumber()) {
                  none.put(field.getKey(), 0);
                }
              });
    }
    return answer;
  }
}
