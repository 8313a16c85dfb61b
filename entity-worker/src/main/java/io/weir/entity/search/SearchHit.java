package io.weir.entity.search;

import java.util.List;

/**
 * One match.
 *
 * @param id the document's id
 * @param score from 0 to 1, the sum of its parts' contributions; comparable within one answer only
 * @param parts what the score is made of
 */
public record SearchHit(String id, double score, List<ScorePart> parts) {

  /** Keeps an own copy. */
  public SearchHit {
    parts = List.copyOf(parts);
  }
}
