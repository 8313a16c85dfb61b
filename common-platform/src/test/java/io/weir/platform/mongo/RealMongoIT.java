package io.weir.platform.mongo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.Store;
import io.weir.testsupport.StoreServer;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Says in the report of the tests whether stores were tested on MongoDB, and why not. */
class RealMongoIT {
  @Test
  void storesAreTestedOnMongoDbToo() throws Exception {
    try (var store = Store.start(StoreServer.MONGODB)) {
      store.insert("things", new Document("_id", "a"));
      assertTrue(store.find("things", "a").isPresent());
    }
  }
}
