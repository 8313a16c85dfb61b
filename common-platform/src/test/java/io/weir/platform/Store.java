package io.weir.platform;

import io.weir.platform.mongo.Indexes;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.testsupport.StoreDatabase;
import io.weir.testsupport.StoreServer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.Document;

/** An empty database and a started client of it. */
public final class Store implements AutoCloseable {
  public final StoreDatabase database;
  public final Mongo mongo;

  private Store(StoreDatabase database) {
    this.database = database;
    this.mongo = new Mongo(settings(Duration.ofSeconds(5)), Clock.systemUTC());
  }

  /** On the embedded server, with these indexes. */
  public static Store start(Indexes... indexes) throws InterruptedException {
    return start(StoreServer.EMBEDDED, indexes);
  }

  /** With these indexes. */
  public static Store start(StoreServer on, Indexes... indexes) throws InterruptedException {
    var store = new Store(on.database());
    List.of(indexes).forEach(store.mongo::with);
    store.mongo.start();
    return store;
  }

  /** Of another client. */
  public MongoSettings settings(Duration timeout) {
    return new MongoSettings(database.uri(), database.name(), 10, timeout);
  }

  public void insert(String collection, Document document) throws InterruptedException {
    mongo.first(mongo.collection(collection).insertOne(document));
  }

  public Optional<Document> find(String collection, Object id) throws InterruptedException {
    return mongo.first(mongo.collection(collection).find(new Document("_id", id)).first());
  }

  @Override
  public void close() {
    mongo.close();
    database.close();
  }
}
