package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a request asks, however it is written: two that differ in the order of their names or in
 * white space only are the same. Pure.
 */
public final class CanonicalRequest {
  /**
   * They change how an answer travels or how fast it comes, and nothing of what it says. {@code
   * user} and its like stay: whoever tells people apart does not want them to share answers.
   */
  private static final Set<String> NOT_ASKED =
      Set.of("stream", "stream_options", "prompt_cache_key", "prompt_cache_retention");

  private CanonicalRequest() {}

  /**
   * The request in its one form, as UTF-8.
   *
   * @param body a JSON object
   */
  public static byte[] of(byte[] body) {
    ObjectNode request =
        (ObjectNode)
            Json.object(body)
                .orElseThrow(() -> new IllegalArgumentException("expected a JSON object"));
    return Json.bytes(sorted(request.without(NOT_ASKED)));
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      var fields = new TreeMap<String, JsonNode>();
      object.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      ObjectNode result = Json.MAPPER.createObjectNode();
      result.setAll(fields);
      return result;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode result = Json.MAPPER.createArrayNode();
      array.forEach(element -> result.add(sorted(element)));
      return result;
    }
    return node;
  }
}
