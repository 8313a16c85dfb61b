package io.weir.cli.check;

import java.util.List;

/**
 * A text document of the demo with the entities that stand in its content.
 *
 * @param entities at least these must be found in the content
 */
public record TextDocument(String title, String content, List<Expected> entities) {

  /** An entity that must be found: its text, which stands once in the content, and its type. */
  public record Expected(String text, String type) {}

  public TextDocument {
    entities = List.copyOf(entities);
  }

  /** The text of a field as it was sent; empty for a field that was not. */
  String field(String name) {
    return switch (name) {
      case "title" -> title;
      case "content" -> content;
      default -> "";
    };
  }
}
