package io.weir.localstack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@link MongoWireServer} as a process of its own on a fixed port of 127.0.0.1, which can be killed
 * and started again on the same data. Its methods may be called by one thread at a time.
 */
public final class MongoProcess implements AutoCloseable {

  private static final int HEAP_MEBIBYTES = 256;
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final JavaApp app;
  private final Path directory;
  private final int port;
  private final Path logFile;
  private final Undertaker undertaker;
  private ManagedProcess process;

  private MongoProcess(JavaApp app, Path directory, int port, Path logFile, Undertaker undertaker) {
    this.app = app;
    this.directory = directory.toAbsolutePath();
    this.port = port;
    this.logFile = logFile;
    this.undertaker = undertaker;
    this.process = launch();
  }

  /**
   * Starts the server of this checkout and returns at once; {@link #awaitReady} waits.
   *
   * @param port a fixed one, see {@link FreePorts}
   */
  public static MongoProcess start(
      Path root, Path directory, int port, Path logFile, Undertaker undertaker) {
    return new MongoProcess(
        JavaApp.find(root, "local-stack"), directory, port, logFile, undertaker);
  }

  /**
   * Waits until it accepts connections; throws {@link StackException} with the last log lines when
   * it does not.
   */
  public void awaitReady(Duration within) throws InterruptedException {
    ManagedProcess server = process;
    boolean ready =
        Polling.until(within, () -> !server.isAlive() || (accepts() && server.isAlive()));
    if (!server.isAlive()) {
      throw server.failure("ended while it was starting");
    }
    if (!ready) {
      throw server.failure(
          "does not listen on port " + port + " after " + within.toSeconds() + " s");
    }
  }

  /** {@code mongodb://127.0.0.1:<port>}. */
  public String uri() {
    return "mongodb://127.0.0.1:" + port;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
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

  /**
   * Starts again on the same data and port, after a stop if it still runs; returns when it accepts
   * connections.
   */
  public void restart(Duration readyWithin) throws InterruptedException {
    if (process.isAlive()) {
      stop();
    }
    process = launch();
    awaitReady(readyWithin);
  }

  @Override
  public void close() {
    process.close();
  }

  private ManagedProcess launch() {
    return ManagedProcess.start(
        new Launch(
            "mongo",
            app.command(
                HEAP_MEBIBYTES,
                List.of("--port", Integer.toString(port), "--data", directory.toString())),
            HostEnvironment.current().cleanWith(Map.of()),
            directory,
            logFile),
        undertaker);
  }

  /** Whether it accepts a connection now. */
  boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
