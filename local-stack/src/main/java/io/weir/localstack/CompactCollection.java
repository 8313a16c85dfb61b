package io.weir.localstack;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;

/**
 * The stock collection, whose aggregations read one document after the other: the stock one puts
 * all of a collection into a list for each, and a ledger of 150,000 rows does not fit the heap.
 */
final class CompactCollection extends H2Collection {

  private final MVMap<Object, Document> documents;

  CompactCollection(
      MongoDatabase database,
      String name,
      CollectionOptions options,
      MVMap<Object, Document> documents,
      MVMap<String, Object> about,
      CursorRegistry cursors) {
    this.documents = documents;
    super(database, name, options, documents, about, cursors);
  }

  @Override
  public Stream<Document> queryAllAsStream() {
    return documents.values().stream();
  }
}
