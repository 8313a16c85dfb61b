package io.weir.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoNamespace;
import com.mongodb.MongoWriteException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import org.bson.BsonBinarySubType;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.Decimal128;
import org.bson.types.MaxKey;
import org.bson.types.MinKey;
import org.bson.types.ObjectId;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;

class StoreFileIT {

  private static final Path ROOT = Path.of(System.getProperty("weir.root", ".."));
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void documentsOfAllTypesSurviveAKillAndAnOrderlyStop() throws Exception {
    try (Undertaker undertaker = Undertaker.start();
        MongoProcess server =
            MongoProcess.start(
                ROOT, directory, FreePorts.one(), directory.resolve("mongo.log"), undertaker)) {
      server.awaitReady(PATIENCE);
      fill(server.uri());
      List<String> before = contents(server.uri());
      server.kill();
      server.restart(PATIENCE);
      assertEquals(before, contents(server.uri()));
      server.stop();
      server.restart(PATIENCE);
      assertEquals(before, contents(server.uri()));
      assertIndexesHold(server.uri());
    }
  }

  @Test
  void whatAnEarlierVersionLeftIsTakenOverAndItsFileKept() throws Exception {
    List<String> before;
    MongoServer stock = new MongoServer(new H2Backend(old().toString()));
    try {
      String uri = "mongodb://127.0.0.1:" + stock.bind().getPort();
      fill(uri);
      before = contents(uri);
    } finally {
      stock.shutdownNow();
    }
    byte[] file = Files.readAllBytes(old());

    for (int start = 0; start < 2; start++) {
      try (MongoWireServer server = MongoWireServer.start(directory)) {
        assertEquals(before, contents(server.uri()));
        assertIndexesHold(server.uri());
      }
    }
    assertFalse(Files.exists(old()));
    byte[] kept = Files.readAllBytes(directory.resolve("mongo.h2.old"));
    assertTrue(Arrays.equals(file, kept), "the kept file is not the one of the earlier version");
  }

  @Test
  void aCopyThatWasCutOffIsBegunAgain() throws Exception {
    new H2Backend(old().toString()).close();
    Files.writeString(directory.resolve(StoreFile.NAME + ".part"), "half of something");
    try (MongoWireServer server = MongoWireServer.start(directory)) {
      assertEquals(List.of(), contents(server.uri()));
    }
  }

  @Test
  void anOldFileThatCannotBeReadIsLeftAloneAndSaidPlainly() throws Exception {
    Files.writeString(old(), "this was never a store ".repeat(1_000));
    StackException refused =
        assertThrows(StackException.class, () -> MongoWireServer.start(directory));
    assertTrue(refused.getMessage().contains("mongo.h2"), refused.getMessage());
    assertFalse(Files.exists(directory.resolve(StoreFile.NAME)));
    assertTrue(Files.readString(old()).startsWith("this was never a store"));
  }

  @Test
  void aFormOfALaterVersionIsRefused() {
    try (MVStore store = MVStore.open(directory.resolve(StoreFile.NAME).toString())) {
      store.setStoreVersion(StoreFile.FORM + 1);
      store.openMap("databases.weir.jobs").put("a", "b");
    }
    StackException refused =
        assertThrows(StackException.class, () -> MongoWireServer.start(directory));
    assertTrue(refused.getMessage().contains("has form 2"), refused.getMessage());
  }

  /** One whose name this code got wrong would be read as garbage after the next start. */
  @Test
  void noMapIsWrittenInTheStockForm() {
    StoredType type = new StoredType();
    MVStore store = StoreFile.open(directory, type);
    DurableBackend backend = DurableBackend.on(store, type);
    MongoServer server = new MongoServer(backend);
    try {
      String uri = "mongodb://127.0.0.1:" + server.bind().getPort();
      fill(uri);
      try (MongoClient client = MongoClients.create(uri)) {
        MongoDatabase weir = client.getDatabase("weir");
        all(weir.getCollection("things").renameCollection(new MongoNamespace("weir", "renamed")));
        assertEquals(16, all(weir.getCollection("renamed").find()).size());
        all(weir.getCollection("renamed").dropIndexes());
        all(weir.getCollection("things").insertOne(new Document("_id", 1)));
        for (String name : store.getMapNames()) {
          assertEquals(type, store.openMap(name).getValueType(), name);
          assertEquals(type, store.openMap(name).getKeyType(), name);
        }
      }
    } finally {
      server.shutdownNow();
    }
    try (MongoWireServer again = MongoWireServer.start(directory);
        MongoClient client = MongoClients.create(again.uri())) {
      MongoDatabase weir = client.getDatabase("weir");
      assertEquals(16, all(weir.getCollection("renamed").find()).size());
      assertEquals(1, all(weir.getCollection("things").find()).size());
    }
  }

  private Path old() {
    return directory.resolve(StoreFile.OLD_NAME);
  }

  private static void fill(String uri) {
    try (MongoClient client = MongoClients.create(uri)) {
      MongoCollection<Document> things = client.getDatabase("weir").getCollection("things");
      all(things.createIndex(Indexes.ascending("a", "b.c"), new IndexOptions().unique(true)));
      all(
          things.createIndex(
              Indexes.descending("sparse"), new IndexOptions().unique(true).sparse(true)));
      List<Object> values = values();
      for (int i = 0; i < values.size(); i++) {
        all(
            things.insertOne(
                new Document("_id", values.get(i))
                    .append("a", values.get(i))
                    .append("b", new Document("c", i).append("list", Arrays.asList(1, null, 2L)))));
      }
      List<Document> many = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        many.add(
            new Document("n", i).append("text", "x".repeat(i)).append("empty", new Document()));
      }
      all(client.getDatabase("other_one").getCollection("a.b").insertMany(many));
      all(
          things.insertOne(
              new Document("_id", "large")
                  .append("a", "large")
                  .append("text", "ä".repeat(1 << 20))));
    }
  }

  private static List<Object> values() {
    return List.of(
        7,
        1L << 60,
        2.5,
        "text",
        "nul \u0000 and 😀?",
        true,
        Date.from(Instant.ofEpochMilli(1_790_000_000_123L)),
        new ObjectId(),
        new Binary(BsonBinarySubType.UUID_STANDARD, new byte[16]),
        new Binary(new byte[] {0, -1, 2}),
        new BsonTimestamp(1_790_000_000, 3),
        Decimal128.parse("12345.678900"),
        new MinKey(),
        new MaxKey(),
        new Document("z", 1).append("y", new Document()));
  }

  private static List<String> contents(String uri) {
    try (MongoClient client = MongoClients.create(uri)) {
      List<String> contents = new ArrayList<>();
      for (String database : List.of("weir", "other_one")) {
        for (String collection : List.of("things", "a.b")) {
          for (Document document :
              all(client.getDatabase(database).getCollection(collection).find())) {
            String json = document.toJson();
            contents.add(
                "%s.%s %.200s, %d characters, hash %d"
                    .formatted(database, collection, json, json.length(), json.hashCode()));
          }
        }
      }
      // Ids of different types are in another order than in the stock form.
      Collections.sort(contents);
      return contents;
    }
  }

  private static void assertIndexesHold(String uri) {
    try (MongoClient client = MongoClients.create(uri)) {
      MongoCollection<Document> things = client.getDatabase("weir").getCollection("things");
      assertEquals(3, all(things.listIndexes()).size());
      for (Object value : values()) {
        if (value instanceof ObjectId) {
          continue; // a new one
        }
        assertEquals(1, all(things.find(Filters.eq("_id", value))).size(), value.toString());
      }
      assertThrows(
          MongoWriteException.class, () -> all(things.insertOne(new Document("_id", 7.0))));
      MongoWriteException refused =
          assertThrows(
              MongoWriteException.class,
              () ->
                  all(
                      things.insertOne(
                          new Document("_id", "new")
                              .append("a", "text")
                              .append("b", new Document("c", 3)))));
      assertEquals(11_000, refused.getCode());
    }
  }

  private static <T> List<T> all(Publisher<T> publisher) {
    return Collected.from(publisher, PATIENCE);
  }
}
