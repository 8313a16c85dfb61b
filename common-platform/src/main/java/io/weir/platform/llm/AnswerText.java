package io.weir.platform.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.messaging.secret.Redaction;
import io.weir.platform.llm.answer.Parsed;
import java.util.List;
import java.util.Locale;

/**
 * Finds the JSON object in a model's text. Secrets in it are masked, since a model may know some
 * that nobody told it: from elsewhere, or from its training. Pure.
 */
final class AnswerText {
  private static final String FENCE = "```";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private AnswerText() {}

  /** The one object that {@code text} is, but for a Markdown fence around it and for secrets. */
  static Parsed<ObjectNode> json(String text) {
    String json = unfenced(text.strip());
    if (json.isEmpty()) {
      return invalid("answer: expected one JSON object, found nothing");
    }
    try {
      JsonNode root = JSON.readTree(json);
      return root instanceof ObjectNode object
          ? new Parsed.Valid<>(masked(object))
          : invalid(
              "answer: expected one JSON object, found "
                  + root.getNodeType().name().toLowerCase(Locale.ROOT));
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      return invalid(
          "answer: not valid JSON at line %d, column %d: %s"
              .formatted(
                  at == null ? 1 : at.getLineNr(),
                  at == null ? 1 : at.getColumnNr(),
                  String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("")));
    }
  }

  // Value by value: a mask over the text itself could take the backslash of an escape.
  private static ObjectNode masked(ObjectNode object) {
    ObjectNode copy = object.objectNode();
    object.properties().forEach(field -> copy.set(field.getKey(), masked(field.getValue())));
    return copy;
  }

  private static JsonNode masked(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> masked(object);
      case ArrayNode array -> {
        ArrayNode copy = array.arrayNode(array.size());
        array.forEach(item -> copy.add(masked(item)));
        yield copy;
      }
      case TextNode text -> TextNode.valueOf(Redaction.ofLog(text.textValue()));
      default -> value;
    };
  }

  // Models without a JSON mode like to wrap the object in a Markdown block.
  private static String unfenced(String text) {
    int line = text.indexOf('\n');
    return text.startsWith(FENCE) && text.endsWith(FENCE) && line > 0
        ? text.substring(line + 1, text.length() - FENCE.length()).strip()
        : text;
  }

  private static Parsed<ObjectNode> invalid(String problem) {
    return new Parsed.Invalid<>(List.of(problem));
  }
}
