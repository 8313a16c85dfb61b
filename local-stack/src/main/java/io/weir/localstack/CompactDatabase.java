package io.weir.localstack;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * The stock database on maps of a {@link StoredType}. It opens its maps by name and without a type;
 * a map that is open already is what it gets, so they are opened here first, under the same names.
 */
final class CompactDatabase extends H2Database {

  private final MVStore store;
  private final StoredType type;
  private final CursorRegistry cursors;

  CompactDatabase(String name, MVStore store, StoredType type, CursorRegistry cursors) {
    // Before the call of super, which opens the database's maps.
    this.store = store;
    this.type = type;
    this.cursors = cursors;
    super(name, store, cursors);
  }

  @Override
  protected MongoCollection<Object> openOrCreateCollection(
      String collectionName, CollectionOptions options) {
    String namespace = getFullCollectionNamespace(collectionName);
    return new CompactCollection(
        this,
        collectionName,
        options,
        opened("databases." + namespace),
        opened("meta." + namespace),
        cursors);
  }

  @Override
  protected Index<Object> openOrCreateUniqueIndex(
      String collectionName, String indexName, List<IndexKey> keys, boolean sparse) {
    store.openMap(getFullCollectionNamespace(collectionName) + "._index_" + indexName, type.maps());
    return super.openOrCreateUniqueIndex(collectionName, indexName, keys, sparse);
  }

  /** The stock one asks for the new names only, and would start the next time with no documents. */
  @Override
  public void moveCollection(
      MongoDatabase oldDatabase, MongoCollection<?> collection, String newCollectionName) {
    String from = collection.getFullName();
    String to = getFullCollectionNamespace(newCollectionName);
    for (String name : store.getMapNames()) {
      if (name.equals("databases." + from) || name.equals("meta." + from)) {
        rename(name, name.substring(0, name.length() - from.length()) + to);
      } else if (name.startsWith(from + "._index_")) {
        rename(name, to + name.substring(from.length()));
      }
    }
    super.moveCollection(oldDatabase, collection, newCollectionName);
  }

  /** Any key and any value can be written and read, whatever a map holds. */
  @SuppressWarnings("unchecked")
  private <K, V> MVMap<K, V> opened(String name) {
    return (MVMap<K, V>) store.openMap(name, type.maps());
  }

  private void rename(String from, String to) {
    store.removeMap(to); // what a dropped collection may have left; does nothing without one
    store.renameMap(store.openMap(from, type.maps()), to);
  }
}
