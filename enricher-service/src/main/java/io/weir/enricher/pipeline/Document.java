package io.weir.enricher.pipeline;

import java.util.List;

/**
 * A retrieved document, in the order of retrieval.
 *
 * @param score of the search, higher is better; only compared within one retrieval
 * @param fields the texts that passages may be cut from, in order of importance
 */
public record Document(String id, long version, double score, List<Field> fields) {
  public Document {
    fields = List.copyOf(fields);
  }

  /** A named text of a document, exactly as it is stored. */
  public record Field(String name, String text) {}
}
