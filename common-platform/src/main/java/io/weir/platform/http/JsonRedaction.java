package io.weir.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.messaging.secret.Redaction;
import io.weir.messaging.secret.SecretScanner;
import java.util.Set;

/**
 * Masks the secrets in a JSON tree: those in its texts and names, and values whose field's name
 * says that they are secret. Not thread-safe; used for one tree.
 */
public final class JsonRedaction {
  private final Set<String> untouched;
  private int masked;

  private JsonRedaction(Set<String> untouched) {
    this.untouched = Set.copyOf(untouched);
  }

  /**
   * A masked copy.
   *
   * @param tree the copy
   * @param masked how many values, names or stretches of them were masked
   */
  public record Result(ObjectNode tree, int masked) {}

  /** A masked copy of {@code object}. */
  public static Result of(ObjectNode object) {
    return of(object, Set.of());
  }

  /**
   * A masked copy of {@code object}.
   *
   * @param untouched fields of the object itself that stay as they are: identifiers, which are
   *     refused rather than changed
   */
  public static Result of(ObjectNode object, Set<String> untouched) {
    var redaction = new JsonRedaction(untouched);
    ObjectNode tree = redaction.object("", object, true);
    return new Result(tree, redaction.masked);
  }

  /** What stands under a secret name is secret, however deep. */
  private ObjectNode object(String under, ObjectNode object, boolean top) {
    ObjectNode copy = object.objectNode();
    for (var field : object.properties()) {
      if (top && untouched.contains(field.getKey())) {
        copy.set(field.getKey(), field.getValue());
        continue;
      }
      String name = SecretScanner.namesASecret(under) ? under : field.getKey();
      copy.set(text(field.getKey()), value(name, field.getValue()));
    }
    return copy;
  }

  private JsonNode value(String name, JsonNode value) {
    return switch (value) {
      case ObjectNode object -> object(name, object, false);
      case ArrayNode array -> {
        ArrayNode copy = array.arrayNode();
        array.forEach(item -> copy.add(value(name, item)));
        yield copy;
      }
      case TextNode text when SecretScanner.isSecret(name, text.textValue()) ->
          mask(text.textValue().length());
      case TextNode text -> TextNode.valueOf(text(text.textValue()));
      case NumericNode number when SecretScanner.namesASecret(name) ->
          mask(number.asText().length());
      default -> value;
    };
  }

  private TextNode mask(int length) {
    masked++;
    return TextNode.valueOf(Redaction.mask(length));
  }

  private String text(String text) {
    Redaction redaction = Redaction.of(text);
    masked += redaction.secrets().size();
    return redaction.text();
  }
}
