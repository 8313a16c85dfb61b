package io.weir.entity.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What the writer of a breadcrumb gives.
 *
 * @param title what it is about
 * @param context anything as a JSON object; content, description, summary and code in it are read
 *     for entities
 * @param schemaName its schema, or an empty text
 * @param tags in the writer's order
 */
public record Content(String title, ObjectNode context, String schemaName, List<String> tags) {

  /** Keeps own copies. */
  public Content {
    context = context.deepCopy();
    tags = List.copyOf(tags);
  }

  /** Nothing at all. */
  public static Content empty() {
    return new Content("", JsonNodeFactory.instance.objectNode(), "", List.of());
  }
}
