package io.weir.testsupport;

import com.mongodb.reactivestreams.client.MongoClients;
import io.weir.localstack.MongoWireServer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** An empty database for one test; gone when it is closed. */
public final class StoreDatabase implements AutoCloseable {
  private static final int SECONDS_TO_DROP = 20;

  private final String uri;
  private final String name;
  private final Optional<MongoWireServer> embedded;

  private StoreDatabase(String uri, String name, Optional<MongoWireServer> embedded) {
    this.uri = uri;
    this.name = name;
    this.embedded = embedded;
  }

  static StoreDatabase embedded() {
    MongoWireServer server = MongoWireServer.inMemory();
    return new StoreDatabase(server.uri(), "weir", Optional.of(server));
  }

  /** One of its own, whoever uses the server besides. */
  static StoreDatabase at(String uri) {
    return new StoreDatabase(
        uri, "weir_test_" + UUID.randomUUID().toString().replace("-", ""), Optional.empty());
  }

  /** Where the server is. */
  public String uri() {
    return uri;
  }

  public String name() {
    return name;
  }

  /** Stops the server; the test is skipped where that is not ours to do. */
  public void stopServer() {
    Assumptions.assumeTrue(
        embedded.isPresent(), "only the embedded server is stopped by a test, MongoDB is shared");
    embedded.ifPresent(MongoWireServer::close);
  }

  @Override
  public void close() {
    if (embedded.isPresent()) {
      embedded.get().close();
    } else {
      drop();
    }
  }

  private void drop() {
    var dropped = new CountDownLatch(1);
    try (var client = MongoClients.create(uri)) {
      client.getDatabase(name).drop().subscribe(new Done(dropped));
      if (!dropped.await(SECONDS_TO_DROP, TimeUnit.SECONDS)) {
        throw new IllegalStateException("database " + name + " could not be dropped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Done(CountDownLatch done) implements Subscriber<Void> {
    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Void nothing) {}

    @Override
    public void onError(Throwable failure) {} // the wait tells

    @Override
    public void onComplete() {
      done.countDown();
    }
  }
}
