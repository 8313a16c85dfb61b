package io.weir.cli.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.Sorts;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.StackException;
import io.weir.platform.mongo.Indexes;
import io.weir.testsupport.MongoTap;
import io.weir.testsupport.Reaction;
import io.weir.testsupport.TcpProxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long a person waits for MongoDB, and for what. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MongoAccessIT {
  private static final Indexes INDEXES =
      Indexes.on("jobs").index("idx_user", Sorts.ascending("user"));

  @TempDir Path folder;
  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();

  private MongoAccess access(String uri) {
    return new MongoAccess(new HostEnvironment(Map.of("MONGODB_URI", uri)), folder, notes::add);
  }

  @Test
  void anIndexThatTakesLongIsWaitedForAndSaid() throws Exception {
    var built = new CountDownLatch(1);
    try (var server = MongoWireServer.inMemory();
        var tap = MongoTap.to(server.port())) {
      var asked =
          tap.onAnswerTo(
              1,
              frame -> frame.command().equals("createIndexes"),
              Reaction.before(_ -> built.await()));
      var waiting = new LinkedBlockingQueue<Object>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  waiting.add(access(tap.uri()).with(INDEXES, mongo -> "used"));
                } catch (Exception e) {
                  waiting.add(e);
                }
              });
      assertEquals(
          "MongoDB builds indexes; on large collections that takes its time.", notes.take());
      built.countDown();
      assertEquals(1, asked.get().body().getNumber("ok").intValue());
      assertEquals("used", waiting.take());
    }
  }

  @Test
  void aServerThatGoesAwayAmidAnIndexIsGivenUp() throws Exception {
    var never = new CountDownLatch(1);
    try (var server = MongoWireServer.inMemory();
        var tap = MongoTap.to(server.port());
        var network = TcpProxy.to(tap.port())) {
      var _ =
          tap.onAnswerTo(
              1,
              frame -> frame.command().equals("createIndexes"),
              Reaction.before(_ -> never.await()));
      var refused = new LinkedBlockingQueue<StackException>();
      Thread.ofVirtual()
          .start(
              () ->
                  refused.add(
                      assertThrows(
                          StackException.class,
                          () ->
                              access("mongodb://127.0.0.1:" + network.port())
                                  .with(INDEXES, mongo -> "used"))));
      var _ = notes.take();
      network.refuseNew();
      network.cutAll();
      assertTrue(refused.take().getMessage().contains("does not answer"));
    } finally {
      never.countDown();
    }
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws Exception {
    try (var server = MongoWireServer.inMemory();
        var network = TcpProxy.to(URI.create(server.uri()).getPort())) {
      network.dropAll();
      MongoAccess access = access("mongodb://127.0.0.1:" + network.port());
      var refused = assertThrows(StackException.class, () -> access.with(INDEXES, mongo -> "used"));
      assertTrue(refused.getMessage().contains("does not answer within 4 s"), refused::getMessage);
      assertEquals(List.of(), List.copyOf(notes));
    }
  }
}
