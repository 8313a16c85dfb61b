package io.weir.platform.work;

import io.weir.localstack.MongoWireServer;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.bson.Document;

/** An embedded server and a started client of it. */
final class Store implements AutoCloseable {
  final MongoWireServer server = MongoWireServer.inMemory();
  final Mongo mongo =
      new Mongo(
          new MongoSettings(server.uri(), "weir", 10, Duration.ofSeconds(5)), Clock.systemUTC());

  static Store start() throws InterruptedException {
    var store = new Store();
    store.mongo.start();
    return store;
  }

  void insert(String collection, Document document) throws InterruptedException {
    mongo.first(mongo.collection(collection).insertOne(document));
  }

  Optional<Document> find(String collection, Object id) throws InterruptedException {
    return mongo.first(mongo.collection(collection).find(new Document("_id", id)).first());
  }

  @Override
  public void close() {
    mongo.close();
    server.close();
  }
}
