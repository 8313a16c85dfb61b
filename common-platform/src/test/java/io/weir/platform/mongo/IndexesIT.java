package io.weir.platform.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import com.mongodb.client.model.Sorts;
import io.weir.platform.Store;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.usage.Usage;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEveryStore
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class IndexesIT {
  private final StoreServer on;

  IndexesIT(StoreServer on) {
    this.on = on;
  }

  private static Map<String, Document> indexes(Store store, String collection)
      throws InterruptedException {
    var found = new HashMap<String, Document>();
    for (Document index : store.mongo.all(store.mongo.collection(collection).listIndexes())) {
      found.put(index.getString("name"), index);
    }
    return found;
  }

  private static Document index(Map<String, Document> indexes, String name) {
    return Optional.ofNullable(indexes.get(name))
        .orElseThrow(() -> new AssertionError(name + " is not among " + indexes.keySet()));
  }

  private static Document key(Map<String, Document> indexes, String name) {
    return index(indexes, name).get("key", Document.class);
  }

  @Test
  void whatIsDeclaredIsThereAfterTheStartUnderItsName() throws Exception {
    Indexes declared =
        Indexes.on("things")
            .index("idx_plain", Sorts.orderBy(Sorts.ascending("a"), Sorts.descending("b")))
            .unique("idx_unique", "c", "d")
            .uniqueSparse("idx_unique_sparse", "e")
            .expiry("idx_expiry", "expires_at");
    try (var store = Store.start(on, declared)) {
      Map<String, Document> found = indexes(store, "things");
      assertEquals(5, found.size(), found::toString); // and the one of _id
      assertEquals(new Document("a", 1).append("b", -1), key(found, "idx_plain"));
      assertEquals(new Document("c", 1).append("d", 1), key(found, "idx_unique"));
      assertTrue(index(found, "idx_unique").getBoolean("unique", false));
      assertTrue(index(found, "idx_unique_sparse").getBoolean("unique", false));
      if (on == StoreServer.MONGODB) { // the embedded server forgets what it does not heed
        assertTrue(index(found, "idx_unique_sparse").getBoolean("sparse", false));
        assertEquals(
            0L, index(found, "idx_expiry").get("expireAfterSeconds", Number.class).longValue());
      }
    }
  }

  @Test
  void theSharedStoresHaveTheirs() throws Exception {
    try (var store = Store.start(on, ApiKeys.INDEXES, IdempotencyKeys.indexes())) {
      assertEquals(
          new Document("user_id", 1).append("created_at", -1),
          key(indexes(store, "api_keys"), "idx_user_keys"));
    }
    try (var store = Store.start(on, Usage.indexes().toArray(Indexes[]::new))) {
      assertEquals(new Document("plan", 1), key(indexes(store, "users"), "idx_plan"));
    }
  }

  @Test
  void buildingAnIndexMayTakeLongerThanAnyOperationAndIsBegunOnce() throws Exception {
    Duration timeout = Duration.ofSeconds(1);
    try (var store = Store.start(on)) {
      Assumptions.assumeTrue(
          store.database.uri().matches("mongodb://[^@,/?]+/?"),
          "the proxy of this test takes a plain address only");
      buildSlowly(store, timeout);
    }
  }

  private static void buildSlowly(Store store, Duration timeout) throws Exception {
    try (var slow = new SlowBuilds(store.database.uri(), timeout.multipliedBy(3))) {
      var mongo =
          new Mongo(
              new MongoSettings(slow.uri(), store.database.name(), 4, timeout), Clock.systemUTC());
      try {
        mongo.with(Indexes.on("things").index("idx_slow", Sorts.ascending("a"))).start();
        assertEquals(1, slow.builds.get());
        assertEquals(new Document("a", 1), key(indexes(store, "things"), "idx_slow"));
      } finally {
        mongo.close();
      }
    }
  }

  /** Before a server: holds back every {@code createIndexes} for a while, and nothing else. */
  private static final class SlowBuilds implements AutoCloseable {
    final AtomicInteger builds = new AtomicInteger();
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ServerAddress server;
    private final Duration by;

    SlowBuilds(String uri, Duration by) throws IOException {
      this.server = new ServerAddress(new ConnectionString(uri).getHosts().getFirst());
      this.by = by;
      Thread.ofVirtual().start(this::accept);
    }

    String uri() {
      return "mongodb://127.0.0.1:" + listener.getLocalPort() + "/?directConnection=true";
    }

    private void accept() {
      try {
        while (true) {
          Socket client = listener.accept();
          var target = new Socket(server.getHost(), server.getPort());
          Thread.ofVirtual().start(() -> pass(client, target, true));
          Thread.ofVirtual().start(() -> pass(target, client, false));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private void pass(Socket from, Socket to, boolean held) {
      try (from;
          to) {
        var buffer = new byte[64 * 1024];
        int read = from.getInputStream().read(buffer);
        while (read >= 0) {
          String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
          if (held && text.contains("createIndexes")) {
            builds.incrementAndGet();
            boolean _ = closing.await(by.toMillis(), TimeUnit.MILLISECONDS);
          }
          to.getOutputStream().write(buffer, 0, read);
          read = from.getInputStream().read(buffer);
        }
      } catch (IOException e) {
        // one side is gone, and so is the other now
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      closing.countDown();
      try {
        listener.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
