package io.weir.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * The entities of a demo document: the expected ones at their places, and no offset that is off.
 */
public final class EntityCheck {

  private EntityCheck() {}

  /** Checks a breadcrumb as {@code GET /breadcrumbs/{id}} shows it. */
  public static Verdict of(TextDocument document, JsonNode breadcrumb) {
    var book = new Verdict.Notebook();
    JsonNode entities = breadcrumb.path("entities");
    for (TextDocument.Expected expected : document.entities()) {
      int start = document.content().indexOf(expected.text());
      book.expect(
          has(entities, expected, start),
          "no %s \"%s\" at %d in \"%s\""
              .formatted(expected.type(), expected.text(), start, document.title()));
    }
    for (JsonNode entity : entities) {
      String field = document.field(entity.path("field").asText());
      String text = entity.path("text").asText();
      book.expect(
          stands(field, entity.path("start").asInt(-1), entity.path("end").asInt(-1), text),
          "the offsets of \"%s\" in \"%s\" lead elsewhere".formatted(text, document.title()));
    }
    List<String> keywords = new ArrayList<>();
    breadcrumb.path("entity_keywords").forEach(keyword -> keywords.add(keyword.asText()));
    var sorted = new TreeSet<String>();
    keywords.forEach(keyword -> sorted.add(keyword.toLowerCase(Locale.ROOT)));
    book.expect(
        !keywords.isEmpty() && keywords.equals(List.copyOf(sorted)),
        "the keywords of \"%s\" are not sorted, unique and lower-case: %s"
            .formatted(document.title(), keywords));
    return book.verdict();
  }

  private static boolean has(JsonNode entities, TextDocument.Expected expected, int start) {
    for (JsonNode entity : entities) {
      if (entity.path("text").asText().equals(expected.text())
          && entity.path("type").asText().equals(expected.type())
          && entity.path("field").asText().equals("content")
          && entity.path("start").asInt(-1) == start) {
        return true;
      }
    }
    return false;
  }

  // Offsets count UTF-16 units, as Java's do.
  private static boolean stands(String field, int start, int end, String text) {
    return start >= 0
        && start < end
        && end <= field.length()
        && field.substring(start, end).equals(text);
  }
}
