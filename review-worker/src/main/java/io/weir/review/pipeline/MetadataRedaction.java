package io.weir.review.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * Masks the secrets in a JSON tree: those in its texts, and texts whose field's name says that they
 * are secret.
 */
public final class MetadataRedaction {
  private MetadataRedaction() {}

  /** A masked copy of {@code metadata}. */
  public static ObjectNode of(ObjectNode metadata) {
    return of("", metadata);
  }

  /** What stands under a secret name is secret, however deep. */
  private static ObjectNode of(String under, ObjectNode object) {
    ObjectNode masked = object.objectNode();
    for (var field : object.properties()) {
      String name = Assignments.namesASecret(under) ? under : field.getKey();
      masked.set(Redaction.of(field.getKey()).text(), value(name, field.getValue()));
    }
    return masked;
  }

  private static JsonNode value(String name, JsonNode value) {
    return switch (value) {
      case ObjectNode object -> of(name, object);
      case ArrayNode array -> {
        ArrayNode masked = array.arrayNode();
        array.forEach(item -> masked.add(value(name, item)));
        yield masked;
      }
      case TextNode text -> TextNode.valueOf(text(name, text.textValue()));
      case NumericNode number when Assignments.namesASecret(name) ->
          TextNode.valueOf(String.valueOf(Redaction.MASK).repeat(number.asText().length()));
      default -> value;
    };
  }

  private static String text(String name, String value) {
    return Assignments.isSecret(name, value)
        ? String.valueOf(Redaction.MASK).repeat(value.length())
        : Redaction.of(value).text();
  }
}
