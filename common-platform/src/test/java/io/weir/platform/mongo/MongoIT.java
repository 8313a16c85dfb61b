package io.weir.platform.mongo;

import static com.mongodb.client.model.Filters.eq;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.weir.localstack.MongoWireServer;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.health.HealthCheck;
import io.weir.testsupport.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MongoIT {
  @TempDir Path data;
  private MongoWireServer server;
  private Mongo mongo;

  @BeforeEach
  void begin() {
    server = MongoWireServer.start(data);
    mongo = mongo(server.port(), Duration.ofSeconds(2));
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }

  @Test
  void writesReadsAndUpsertsWorkOnTheEmbeddedServer() throws Exception {
    mongo.start();
    var things = mongo.collection("things");
    mongo.first(things.insertOne(new Document("_id", "a").append("n", 1)));
    mongo.first(
        things.updateOne(eq("_id", "b"), Updates.set("n", 2), new UpdateOptions().upsert(true)));
    assertEquals(2, mongo.all(things.find().sort(Sorts.ascending("n"))).size());
    var changed =
        mongo.first(
            things.findOneAndUpdate(
                eq("_id", "a"),
                Updates.inc("n", 41),
                new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER)));
    assertEquals(42, changed.orElseThrow().getInteger("n"));
    assertEquals(Optional.empty(), mongo.first(things.find(eq("_id", "none")).first()));
  }

  @Test
  void declaredUniqueIndexesHoldAndADuplicateIsToldApart() throws Exception {
    mongo.with(
        Indexes.on("users")
            .unique("idx_email", "email")
            .index("idx_plan", Sorts.ascending("plan")));
    mongo.start();
    var users = mongo.collection("users");
    mongo.first(users.insertOne(new Document("email", "a@b.c")));
    assertThrows(
        DuplicateKeyException.class,
        () -> mongo.first(users.insertOne(new Document("email", "a@b.c"))));
  }

  @Test
  void indexesAreCreatedAgainWithoutHarm() throws Exception {
    Indexes indexes =
        Indexes.on("users").unique("idx_email", "email").expiry("idx_gone", "expires_at");
    mongo.with(indexes).start();
    try (var second = closing(mongo(server.port(), Duration.ofSeconds(2)))) {
      second.mongo().with(indexes).start();
    }
  }

  @Test
  void aStoppedServerIsUnavailableAndSaidSo() throws Exception {
    mongo.start();
    assertEquals(HealthCheck.Status.OK, mongo.checks().getFirst().status());
    server.close();
    var thrown =
        assertThrows(
            DependencyUnavailableException.class,
            () -> mongo.first(mongo.collection("things").insertOne(new Document())));
    assertEquals("mongodb", thrown.dependency());
    assertEquals(HealthCheck.Status.DOWN, mongo.checks().getFirst().status());
    assertEquals("disconnected", mongo.facts().get("mongo"));
    assertFalse(mongo.checks().getFirst().blocksReadiness());
  }

  @Test
  void aServerThatComesBackIsNoticedWithoutTraffic() throws Exception {
    mongo.start();
    server.close();
    assertThrows(DependencyUnavailableException.class, mongo::ping);
    try (var again = MongoWireServer.start(data, "127.0.0.1", server.port())) {
      assertEquals(server.uri(), again.uri());
      Await.until(
          "MongoDB to be seen again",
          Duration.ofSeconds(20),
          () -> "connected".equals(mongo.facts().get("mongo")));
    }
  }

  @Test
  void aSilentServerCostsNoMoreThanTheTimeout() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var waiting = closing(mongo(silent.getLocalPort(), Duration.ofMillis(300)))) {
      var starting = new CompletableFuture<Void>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  waiting.mongo().start();
                  starting.complete(null);
                } catch (Exception e) {
                  starting.completeExceptionally(e);
                }
              });
      Await.until(
          "a failed ping",
          Duration.ofSeconds(10),
          () -> waiting.mongo().checks().getFirst().reason().contains("mongodb is unavailable"));
      assertFalse(starting.isDone(), "start goes on waiting");
      waiting.mongo().close();
      assertThrows(Exception.class, () -> starting.get(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void theConstructorConnectsToNothing() {
    Mongo idle = mongo(1, Duration.ofSeconds(1));
    assertThrows(IllegalStateException.class, () -> idle.collection("things"));
    idle.close();
  }

  @Test
  void thePasswordOfTheConnectionStringIsNotShown() {
    var settings =
        new MongoSettings("mongodb://ada:hunter2@db:27017", "weir", 10, Duration.ofSeconds(1));
    assertTrue(settings.toString().contains("db:27017"), settings.toString());
    assertFalse(settings.toString().contains("hunter2"), settings.toString());
  }

  private static Mongo mongo(int port, Duration timeout) {
    return new Mongo(
        new MongoSettings("mongodb://127.0.0.1:" + port, "weir", 4, timeout), Clock.systemUTC());
  }

  private record Closing(Mongo mongo) implements AutoCloseable {
    @Override
    public void close() {
      mongo.close();
    }
  }

  private static Closing closing(Mongo mongo) {
    return new Closing(mongo);
  }
}
