package io.weir.faults.ground;

import io.weir.faults.worker.Work;
import io.weir.localstack.FreePorts;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.MongoWireServer;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The store of effects: a server of MongoDB's protocol in a process of its own, which can be
 * killed. Its methods may be called by one thread at a time.
 */
public final class StoreProcess implements AutoCloseable {
  /** Where effects are stored. */
  public static final String DATABASE = "faults";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Java java;
  private final Path folder;
  private final int port = FreePorts.one();
  private ManagedProcess process;

  public StoreProcess(Java java, Path folder) throws InterruptedException {
    this.java = java;
    this.folder = folder;
    this.process = launch();
  }

  public String uri() {
    return "mongodb://127.0.0.1:" + port;
  }

  public void kill() throws InterruptedException {
    process.kill();
  }

  /** On the same port and data; returns when it listens. */
  public void restart() throws InterruptedException {
    process = launch();
  }

  /** The ids of the effects. */
  public Set<String> effects() throws InterruptedException {
    var mongo =
        new Mongo(new MongoSettings(uri(), DATABASE, 2, Duration.ofMinutes(1)), Clock.systemUTC());
    mongo.start();
    try {
      var ids = new HashSet<String>();
      for (String collection : Work.effects()) {
        mongo
            .all(mongo.collection(collection).find())
            .forEach(effect -> ids.add(effect.getString("_id")));
      }
      return ids;
    } finally {
      mongo.close();
    }
  }

  @Override
  public void close() {
    process.close();
  }

  private ManagedProcess launch() throws InterruptedException {
    ManagedProcess started =
        java.start(
            MongoWireServer.class,
            Map.of(),
            List.of("--port", String.valueOf(port), "--data", folder.resolve("data").toString()),
            folder);
    Await.until("the store listens", PATIENCE, this::listens);
    return started;
  }

  private boolean listens() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
