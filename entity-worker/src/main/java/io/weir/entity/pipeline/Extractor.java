package io.weir.entity.pipeline;

/** A way from a document to its entities. Safe to share between threads. */
public interface Extractor {

  /**
   * Changes whenever the same document could give other entities than before: what was extracted
   * with another version is extracted again.
   */
  String version();

  /** The entities and keywords of {@code document}; empty where there are none. */
  Extraction extract(Document document);
}
