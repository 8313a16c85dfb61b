package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** The words of a request that a model is asked to read, whichever API it came by. */
public final class QuestionText {
  private static final List<String> READ =
      List.of(
          "messages",
          "input",
          "instructions",
          "system",
          "prompt",
          "tools",
          "functions",
          "response_format");

  // Data, and no words: pictures and sounds are counted otherwise by everybody.
  private static final Set<String> DATA = Set.of("image_url", "input_audio", "file", "data");

  private QuestionText() {}

  /** All of them, one text a line; empty when {@code body} is no JSON object. */
  public static String of(byte[] body) {
    var text = new StringBuilder(body.length);
    Json.object(body)
        .ifPresent(
            root -> {
              for (String field : READ) {
                collect(root.path(field), text);
              }
            });
    return text.toString();
  }

  private static void collect(JsonNode node, StringBuilder text) {
    if (node.isTextual()) {
      text.append(node.asText()).append('\n');
    } else if (node.isArray()) {
      node.forEach(item -> collect(item, text));
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              field -> {
                if (!DATA.contains(field.getKey())) {
                  collect(field.getValue(), text);
                }
              });
    }
  }
}
