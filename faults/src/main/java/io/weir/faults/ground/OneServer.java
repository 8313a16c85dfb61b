package io.weir.faults.ground;

import io.weir.localstack.NatsServer;
import io.weir.localstack.NatsServerOptions;
import io.weir.localstack.Undertaker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A single server. */
public final class OneServer implements Ground {
  private final NatsServer server;

  public OneServer(Path folder, Undertaker undertaker) throws InterruptedException {
    this.server = NatsServer.start(NatsServerOptions.in(folder).withUndertaker(undertaker));
  }

  @Override
  public String name() {
    return "1";
  }

  @Override
  public String version() {
    return server.binary().version();
  }

  @Override
  public List<NatsServer> servers() {
    return List.of(server);
  }

  @Override
  public int replicas() {
    return 1;
  }

  @Override
  public NatsServer leaderOf(String stream) {
    return server;
  }

  /** It leads whenever it is up. */
  @Override
  public void awaitLeaders() {}

  @Override
  public void awaitHealthy(Duration within) throws InterruptedException {
    server.awaitHealthy(within);
  }

  @Override
  public void close() {
    server.close();
  }
}
