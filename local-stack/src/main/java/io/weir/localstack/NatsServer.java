package io.weir.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A real nats-server as a child process on 127.0.0.1, with JetStream on file storage and a
 * monitoring port. After each start it is checked through the monitoring port that the server which
 * answers has our name, so that a caller never talks to another server of the machine. Its methods
 * may be called by one thread at a time.
 */
public final class NatsServer implements AutoCloseable {

  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final NatsServerOptions options;
  private final NatsBinary binary;
  private final Undertaker undertaker;
  private final Probe probe = new Probe();
  private int port;
  private int monitorPort;
  private ManagedProcess process;

  private NatsServer(NatsServerOptions options, NatsBinary binary, Undertaker undertaker)
      throws InterruptedException {
    this.options = options;
    this.binary = binary;
    this.undertaker = undertaker;
    this.port = options.port();
    this.monitorPort = options.monitorPort();
    this.process = launch();
  }

  /**
   * Starts a server and waits until it is ready; throws {@link StackException} with the last log
   * lines when it is not.
   */
  public static NatsServer start(NatsServerOptions options) throws InterruptedException {
    NatsBinary binary = options.binary().isPresent() ? options.binary().get() : NatsBinary.find();
    Undertaker undertaker = options.undertaker().orElseGet(Undertaker::start);
    try {
      return new NatsServer(options, binary, undertaker);
    } catch (StackException | InterruptedException e) {
      if (options.undertaker().isEmpty()) {
        undertaker.close();
      }
      throw e;
    }
  }

  /** Starts a server with {@link NatsServerOptions#in}. */
  public static NatsServer start(Path directory) throws InterruptedException {
    return start(NatsServerOptions.in(directory));
  }

  /** {@code nats://127.0.0.1:<port>}. */
  public String url() {
    return "nats://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** {@code http://127.0.0.1:<port>}. */
  public String monitorUrl() {
    return "http://127.0.0.1:" + monitorPort;
  }

  public String serverName() {
    return options.serverName();
  }

  public NatsBinary binary() {
    return binary;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public Path logFile() {
    return process.logFile();
  }

  ManagedProcess process() {
    return process;
  }

  /** SIGTERM, and waits for the end. */
  public void stop() throws InterruptedException {
    process.stop(STOP_GRACE);
  }

  /** SIGKILL, and waits for the end. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** SIGSTOP: connections stay open, nothing is answered. */
  public void suspend() throws InterruptedException {
    process.suspend();
  }

  /** SIGCONT after {@link #suspend()}. */
  public void resume() {
    process.resume();
  }

  /** Whether it was suspended and not resumed since. */
  public boolean isSuspended() {
    return process.isSuspended();
  }

  /**
   * Starts again on the same ports and store, after a stop if it still runs; returns when it is
   * ready.
   */
  public void restart() throws InterruptedException {
    if (process.isAlive()) {
      stop();
    }
    process = launch();
  }

  /**
   * Waits until {@code /healthz} is 200; throws {@link StackException} when the time is over or the
   * server died.
   */
  public void awaitHealthy(Duration within) throws InterruptedException {
    ManagedProcess server = process;
    awaitOrFail(
        server, within, "is not healthy", () -> probe.isOk(URI.create(monitorUrl() + "/healthz")));
  }

  @Override
  public void close() {
    process.close();
    if (options.undertaker().isEmpty()) {
      undertaker.close();
    }
  }

  private ManagedProcess launch() throws InterruptedException {
    Path directory = options.directory();
    Path config = directory.resolve("nats.conf");
    try {
      Files.createDirectories(directory);
      Files.writeString(config, NatsConfig.text(options, binary, port, monitorPort));
    } catch (IOException e) {
      throw new StackException("Could not write %s: %s".formatted(config, e.getMessage()), e);
    }
    ManagedProcess server =
        ManagedProcess.start(
            new Launch(
                "nats-server",
                List.of(binary.path().toString(), "--config", config.toString()),
                HostEnvironment.current().cleanWith(Map.of()),
                directory,
                directory.resolve("nats.log")),
            undertaker);
    try {
      awaitOrFail(server, options.readyWithin(), "told no ports", () -> readPorts(server.pid()));
      awaitOrFail(server, options.readyWithin(), "did not answer as " + serverName(), this::isOurs);
      if (options.awaitHealth()) {
        awaitOrFail(
            server,
            options.readyWithin(),
            "is not healthy",
            () -> probe.isOk(URI.create(monitorUrl() + "/healthz")));
      }
      return server;
    } catch (StackException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** The server tells the ports it picked in a file that carries its process id. */
  private boolean readPorts(long pid) {
    Path file = options.directory().resolve(binary.path().getFileName() + "_" + pid + ".ports");
    try {
      JsonNode ports = Probe.JSON.readTree(Files.readString(file));
      if (ports.path("nats").isEmpty() || ports.path("monitoring").isEmpty()) {
        return false;
      }
      port = URI.create(ports.path("nats").get(0).asText()).getPort();
      monitorPort = URI.create(ports.path("monitoring").get(0).asText()).getPort();
      Files.delete(file);
      return true;
    } catch (IOException e) {
      return false; // not there yet, or half written
    }
  }

  private boolean isOurs() {
    return probe
        .json(URI.create(monitorUrl() + "/varz"))
        .filter(varz -> varz.path("server_name").asText().equals(serverName()))
        .filter(varz -> varz.path("port").asInt() == port)
        .isPresent();
  }

  private static void awaitOrFail(
      ManagedProcess server, Duration within, String problem, BooleanSupplier condition)
      throws InterruptedException {
    boolean done = Polling.until(within, () -> !server.isAlive() || condition.getAsBoolean());
    if (!server.isAlive()) {
      throw server.failure("ended while it was starting");
    }
    if (!done) {
      throw server.failure(problem + " within " + within.toSeconds() + " s");
    }
  }
}
