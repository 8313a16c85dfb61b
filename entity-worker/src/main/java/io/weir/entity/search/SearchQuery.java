package io.weir.entity.search;

import java.util.List;
import java.util.Optional;

/**
 * What is looked for.
 *
 * @param text words, in no particular syntax
 * @param limit most hits wanted
 * @param owner only this owner's documents
 * @param tags only documents that carry all of them
 */
public record SearchQuery(String text, int limit, Optional<String> owner, List<String> tags) {

  /** Keeps an own copy of the tags. */
  public SearchQuery {
    tags = List.copyOf(tags);
  }
}
