package io.weir.entity.search;

import java.util.List;

/**
 * What the index needs of a breadcrumb.
 *
 * @param id its id
 * @param title its title
 * @param body its prose
 * @param symbols program code and the code identifiers in its prose
 * @param keywords the names of its entities
 * @param owner whose it is, or an empty text
 * @param tags its tags
 */
public record IndexedDocument(
    String id,
    String title,
    String body,
    String symbols,
    List<String> keywords,
    String owner,
    List<String> tags) {

  /** Keeps own copies. */
  public IndexedDocument {
    keywords = List.copyOf(keywords);
    tags = List.copyOf(tags);
  }
}
