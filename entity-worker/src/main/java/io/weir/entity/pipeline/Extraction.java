package io.weir.entity.pipeline;

import io.weir.entity.pipeline.recognise.Entity;
import java.util.List;

/**
 * What was found in a document.
 *
 * @param entities the mentions, field by field in the document's order, by position inside a field;
 *     none overlap
 * @param keywords their names: sorted, unique, lower-case
 */
public record Extraction(List<Entity> entities, List<String> keywords) {

  /** Keeps own copies. */
  public Extraction {
    entities = List.copyOf(entities);
    keywords = List.copyOf(keywords);
  }
}
