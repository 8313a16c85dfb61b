package io.weir.entity.search;

import java.util.List;

/** Finds breadcrumbs by their words. Thread-safe. */
public interface SearchIndex extends AutoCloseable {

  /**
   * Makes {@code documents} findable as they are now; what was indexed under their ids before goes.
   */
  void put(List<IndexedDocument> documents);

  /** Forgets the document; nothing happens if it isn't there. */
  void remove(String id);

  /** The best matches for {@code query}. */
  SearchResult search(SearchQuery query);

  /** How many documents can be found. */
  int size();

  @Override
  void close();
}
