package io.weir.platform;

import io.weir.localstack.MongoWireServer;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.Document;

/** An embedded server and a started client of it. */
public final class Store implements AutoCloseable {
  public final MongoWireServer server = MongoWireServer.inMemory();
  public final Mongo mongo =
      new Mongo(
          new MongoSettings(server.uri(), "weir", 10, Duration.ofSeconds(5)), Clock.systemUTC());

  /** With these indexes. */
  public static Store start(Indexes... indexes) throws InterruptedException {
    var store = new Store();
    List.of(indexes).forEach(store.mongo::with);
    store.mongo.start();
    return store;
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
    server.close();
  }
}
