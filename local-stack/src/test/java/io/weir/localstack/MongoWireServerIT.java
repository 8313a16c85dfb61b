package io.weir.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoWriteException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;

class MongoWireServerIT {

  private static final Path ROOT = Path.of(System.getProperty("weir.root", ".."));
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void noAcknowledgedInsertIsLostWhenTheProcessIsKilledAgainAndAgain() throws Exception {
    int port = FreePorts.one();
    Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
    AtomicInteger next = new AtomicInteger();
    try (Undertaker undertaker = Undertaker.start();
        MongoProcess server =
            MongoProcess.start(ROOT, directory, port, directory.resolve("mongo.log"), undertaker)) {
      server.awaitReady(PATIENCE);
      for (int round = 0; round < 4; round++) {
        int wanted = acknowledged.size() + 300;
        var killed = new AtomicBoolean();
        List<Thread> writers;
        try (MongoClient client = MongoClients.create(server.uri())) {
          MongoCollection<Document> collection = client.getDatabase("weir").getCollection("jobs");
          writers =
              IntStream.range(0, 4)
                  .mapToObj(
                      i ->
                          Thread.ofVirtual()
                              .start(() -> insert(collection, next, acknowledged, killed)))
                  .toList();
          assertTrue(
              Polling.until(PATIENCE.multipliedBy(3), () -> acknowledged.size() >= wanted),
              "only " + acknowledged.size());
          server.kill();
          killed.set(true);
        }
        for (Thread writer : writers) {
          writer.join(PATIENCE);
        }
        server.restart(PATIENCE);
        try (MongoClient client = MongoClients.create(server.uri())) {
          Set<Integer> stored = ConcurrentHashMap.newKeySet();
          stored.addAll(
              all(client.getDatabase("weir").getCollection("jobs").find()).stream()
                  .map(document -> document.getInteger("_id"))
                  .toList());
          List<Integer> lost = acknowledged.stream().filter(id -> !stored.contains(id)).toList();
          assertEquals(List.of(), lost, "lost in round " + round);
        }
      }
    }
  }

  @Test
  void uniqueIndexesHoldAfterAKillAndAfterAnOrderlyStop() throws Exception {
    int port = FreePorts.one();
    try (Undertaker undertaker = Undertaker.start();
        MongoProcess server =
            MongoProcess.start(ROOT, directory, port, directory.resolve("mongo.log"), undertaker)) {
      server.awaitReady(PATIENCE);
      try (MongoClient client = MongoClients.create(server.uri())) {
        MongoCollection<Document> packs = client.getDatabase("weir").getCollection("packs");
        one(
            packs.createIndex(
                Indexes.ascending("profile", "campaign"), new IndexOptions().unique(true)));
        one(packs.insertOne(new Document("profile", "p").append("campaign", 1)));
      }
      server.kill();
      server.restart(PATIENCE);
      assertDuplicateIsRefused(server.uri());
      server.stop();
      server.restart(PATIENCE);
      assertDuplicateIsRefused(server.uri());
    }
  }

  @Test
  void aClaimUpdatesAndUpsertsSurviveAReopenInOneProcess() {
    try (MongoWireServer server = MongoWireServer.start(directory);
        MongoClient client = MongoClients.create(server.uri())) {
      MongoCollection<Document> jobs = client.getDatabase("weir").getCollection("jobs");
      one(jobs.insertOne(new Document("_id", "a").append("epoch", 0)));
      one(jobs.findOneAndUpdate(Filters.eq("_id", "a"), Updates.inc("epoch", 1)));
    }
    try (MongoWireServer server = MongoWireServer.start(directory);
        MongoClient client = MongoClients.create(server.uri())) {
      Document job =
          one(client.getDatabase("weir").getCollection("jobs").find(Filters.eq("_id", "a")));
      assertEquals(1, job.getInteger("epoch"));
    }
  }

  @Test
  void aReaderNeverSeesHalfOfAnUpdate() throws Exception {
    try (MongoWireServer server = MongoWireServer.inMemory();
        MongoClient client = MongoClients.create(server.uri())) {
      MongoCollection<Document> jobs = client.getDatabase("weir").getCollection("jobs");
      List<Integer> padding = IntStream.range(0, 5_000).boxed().toList();
      one(
          jobs.insertOne(
              new Document("_id", "a")
                  .append("first", 0)
                  .append("between", padding)
                  .append("last", 0)));
      AtomicInteger written = new AtomicInteger();
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 1; i <= 600; i++) {
                      one(
                          jobs.updateOne(
                              Filters.eq("_id", "a"),
                              Updates.combine(Updates.set("first", i), Updates.set("last", i))));
                      written.set(i);
                    }
                  });
      while (writer.isAlive()) {
        Document job = one(jobs.find(Filters.eq("_id", "a")));
        assertEquals(job.getInteger("first"), job.getInteger("last"));
      }
      assertEquals(600, written.get());
    }
  }

  @Test
  void theFileDoesNotGrowWithEveryUpdateOfTheSameDocument() throws Exception {
    try (MongoWireServer server = MongoWireServer.start(directory);
        MongoClient client = MongoClients.create(server.uri())) {
      MongoCollection<Document> jobs = client.getDatabase("weir").getCollection("jobs");
      for (int i = 0; i < 200; i++) {
        one(jobs.insertOne(new Document("_id", i).append("text", "x".repeat(500))));
      }
      for (int i = 0; i < 4_000; i++) {
        one(jobs.updateOne(Filters.eq("_id", i % 200), Updates.set("n", i)));
      }
      long size = Files.size(directory.resolve(StoreFile.NAME));
      assertTrue(size < 8L << 20, "file has " + size + " bytes for 100 kB of documents");
    }
  }

  @Test
  void aLedgerThatDoesNotFitTheHeapCanBeSummed() throws Exception {
    int port = FreePorts.one();
    int heapMebibytes = 64;
    var arguments = List.of("--port", Integer.toString(port), "--data", directory.toString());
    JavaApp app = JavaApp.find(ROOT, "local-stack");
    Process server = new ProcessBuilder(app.command(heapMebibytes, arguments)).inheritIO().start();
    try (MongoClient client = MongoClients.create("mongodb://127.0.0.1:" + port)) {
      MongoCollection<Document> calls = client.getDatabase("weir").getCollection("calls");
      for (int i = 0; i < heapMebibytes * 2; i++) {
        one(calls.insertOne(new Document("cost", 1L).append("text", "x".repeat(1 << 20))));
      }
      Document sum =
          one(
              calls.aggregate(
                  List.of(
                      new Document("$match", new Document("cost", 1L)),
                      new Document(
                          "$group",
                          new Document("_id", null)
                              .append("cost", new Document("$sum", "$cost"))))));
      assertEquals(heapMebibytes * 2L, sum.getLong("cost"));
      assertTrue(server.isAlive());
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  void dataThatAnotherServerHasOpenIsRefusedPlainly() {
    try (MongoWireServer first = MongoWireServer.start(directory)) {
      StackException refused =
          assertThrows(StackException.class, () -> MongoWireServer.start(directory));
      assertTrue(refused.getMessage().contains("another server"), refused.getMessage());
      assertFalse(first.uri().isEmpty());
    }
  }

  @Test
  void wrongArgumentsAreOneLineAndExit64() throws Exception {
    JavaApp app = JavaApp.find(ROOT, "local-stack");
    Process process =
        new ProcessBuilder(app.command(64, List.of("--port", "ninety", "--data")))
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

    assertEquals(64, process.waitFor());
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.startsWith("usage: --port N"), said);
  }

  private static void assertDuplicateIsRefused(String uri) {
    try (MongoClient client = MongoClients.create(uri)) {
      MongoCollection<Document> packs = client.getDatabase("weir").getCollection("packs");
      MongoWriteException refused =
          assertThrows(
              MongoWriteException.class,
              () -> one(packs.insertOne(new Document("profile", "p").append("campaign", 1))));
      assertEquals(11_000, refused.getCode());
      assertEquals(2, all(packs.listIndexes()).size());
    }
  }

  private static void insert(
      MongoCollection<Document> collection,
      AtomicInteger next,
      Set<Integer> acknowledged,
      AtomicBoolean killed) {
    while (!killed.get()) {
      try {
        int id = next.getAndIncrement();
        Collected.from(
            collection.insertOne(new Document("_id", id).append("text", "content ".repeat(20))),
            Duration.ofSeconds(3));
        acknowledged.add(id);
      } catch (RuntimeException e) {
        // The server was killed, or the disk is slow: what was not acknowledged may be there.
      }
    }
  }

  private static <T> T one(Publisher<T> publisher) {
    return Collected.from(publisher, PATIENCE).getFirst();
  }

  private static <T> List<T> all(Publisher<T> publisher) {
    return Collected.from(publisher, PATIENCE);
  }
}
