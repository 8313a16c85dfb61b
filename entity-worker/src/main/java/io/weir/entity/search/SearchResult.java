package io.weir.entity.search;

import java.util.List;

/**
 * The answer to a query.
 *
 * @param matches how many documents hold any of the words
 * @param hits the best of them, the best first
 */
public record SearchResult(long matches, List<SearchHit> hits) {

  /** Keeps an own copy. */
  public SearchResult {
    hits = List.copyOf(hits);
  }
}
