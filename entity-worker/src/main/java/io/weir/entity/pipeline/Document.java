package io.weir.entity.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.entity.pipeline.recognise.TextField;
import io.weir.entity.pipeline.recognise.TextField.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * What extraction reads of a breadcrumb.
 *
 * @param schemaName its schema, or an empty text
 * @param fields its readable fields, the title first; blank ones are left out
 */
public record Document(String schemaName, List<TextField> fields) {
  private static final List<String> PROSE_FIELDS = List.of("content", "description", "summary");
  private static final String CODE_FIELD = "code";

  /** Keeps an own copy of the fields. */
  public Document {
    fields = List.copyOf(fields);
  }

  /**
   * The readable fields of a breadcrumb with this title and context; fields that hold no text are
   * left out.
   */
  public static Document of(String schemaName, String title, JsonNode context) {
    var fields = new ArrayList<TextField>();
    add(fields, "title", title, Kind.PROSE);
    for (String name : PROSE_FIELDS) {
      add(fields, name, text(context, name), Kind.PROSE);
    }
    add(fields, CODE_FIELD, text(context, CODE_FIELD), Kind.CODE);
    return new Document(schemaName, fields);
  }

  private static String text(JsonNode context, String name) {
    return context.path(name).isTextual() ? context.path(name).textValue() : "";
  }

  private static void add(List<TextField> fields, String name, String text, Kind kind) {
    if (!text.isBlank()) {
      fields.add(new TextField(name, text, kind));
    }
  }
}
