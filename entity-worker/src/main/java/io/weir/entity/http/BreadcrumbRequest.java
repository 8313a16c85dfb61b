package io.weir.entity.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.entity.store.Content;
import io.weir.platform.http.Fields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The body of a request that writes a breadcrumb.
 *
 * @param content what it gives
 * @param owner whose it is to be, if it says so
 */
record BreadcrumbRequest(Content content, Optional<String> owner) {
  /** Fields that name things. */
  static final Set<String> IDENTIFIERS = Set.of("owner", "schema_name");

  private static final int LONGEST_TITLE = 500;
  private static final int LONGEST_NAME = 128;
  private static final int MOST_TAGS = 50;
  private static final int DEEPEST_CONTEXT = 64;

  /**
   * Reads the body.
   *
   * @throws io.weir.platform.http.ProblemException 400 with every field at fault
   */
  static BreadcrumbRequest read(ObjectNode body) {
    return Fields.read(body, BreadcrumbRequest::fields);
  }

  private static BreadcrumbRequest fields(Fields fields) {
    String title = fields.text("title", LONGEST_TITLE);
    ObjectNode context = fields.object("context").orElseGet(JsonNodeFactory.instance::objectNode);
    fault(context, 1).ifPresent(fault -> fields.error("context", fault));
    String schema = fields.optionalIdentifier("schema_name", LONGEST_NAME).orElse("");
    if (!schema.chars().allMatch(BreadcrumbRequest::isNameCharacter)) {
      fields.error("schema_name", "wanted are letters, digits and . _ - only");
    }
    List<String> tags = fields.texts("tags", MOST_TAGS, LONGEST_NAME);
    if (tags.stream().anyMatch(tag -> tag.isBlank() || tag.contains(","))) {
      fields.error("tags", "a tag is neither blank nor has a comma in it");
    }
    Optional<String> owner = fields.optionalIdentifier("owner", LONGEST_NAME);
    if (owner.isPresent() && owner.get().isBlank()) {
      fields.error("owner", "blank; leave it out instead");
    }
    return new BreadcrumbRequest(
        new Content(title, context, schema, tags.stream().distinct().toList()), owner);
  }

  // What could not be stored and read back as it came.
  private static Optional<String> fault(JsonNode node, int depth) {
    if (depth > DEEPEST_CONTEXT) {
      return Optional.of("nested deeper than %d levels".formatted(DEEPEST_CONTEXT));
    }
    if (node.isTextual() && hasLoneSurrogate(node.textValue())) {
      return Optional.of("not valid Unicode text: half of a surrogate pair");
    }
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      if (hasLoneSurrogate(property.getKey())) {
        return Optional.of("not valid Unicode text in a name: half of a surrogate pair");
      }
    }
    for (JsonNode child : node) {
      Optional<String> inside = fault(child, depth + 1);
      if (inside.isPresent()) {
        return inside;
      }
    }
    return Optional.empty();
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._-".indexOf(c) >= 0;
  }
}
