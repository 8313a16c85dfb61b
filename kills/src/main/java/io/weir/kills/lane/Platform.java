package io.weir.kills.lane;

import io.weir.localstack.MongoWireServer;
import io.weir.localstack.NatsServer;
import io.weir.localstack.NatsServerOptions;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.localstack.Undertaker;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all lanes share: one store, the gateway and the model behind it. The gateway is never
 * killed, so what was paid once need not be paid again. Thread-safe.
 */
public final class Platform implements AutoCloseable {
  static final Duration START = Duration.ofMinutes(5);

  private final Path root;
  private final Path folder;
  private final Undertaker undertaker = Undertaker.start();
  private final MongoWireServer mongo = MongoWireServer.inMemory();
  private final Models models;
  private final NatsServer nats;
  private final ServiceProcess gateway;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger lanes = new AtomicInteger();

  /**
   * @param root the checkout in which the services were built
   * @param folder where everything that is written goes
   */
  public Platform(Path root, Path folder) throws IOException, InterruptedException {
    this.root = root;
    this.folder = Files.createDirectories(folder);
    models = new Models();
    nats = nats("gateway");
    gateway =
        ServiceProcess.start(
            ServiceLaunch.of(root, "llm-gateway", folder.resolve("gateway"))
                .withUndertaker(undertaker)
                .with("NATS_URL", nats.url())
                .with("OPENAI_BASE_URL", models.llmUrl())
                .with("OPENAI_MODELS", "scripted-large"),
            START);
  }

  /** A new lane, with nothing in it. */
  public Lane lane(Kind kind) throws IOException, InterruptedException {
    return new Lane(this, kind, "%s-%d".formatted(kind.module(), lanes.incrementAndGet()));
  }

  public Models models() {
    return models;
  }

  NatsServer nats(String name) throws InterruptedException {
    return NatsServer.start(
        NatsServerOptions.in(folder.resolve(name).resolve("nats")).withUndertaker(undertaker));
  }

  ServiceLaunch launch(Kind kind, String name) {
    return ServiceLaunch.of(root, kind.module(), folder.resolve(name)).withUndertaker(undertaker);
  }

  int mongoPort() {
    return mongo.port();
  }

  int gatewayPort() {
    return gateway.port();
  }

  HttpClient http() {
    return http;
  }

  @Override
  public void close() throws InterruptedException {
    http.close();
    gateway.close();
    nats.close();
    models.close();
    mongo.close();
    undertaker.close();
  }
}
