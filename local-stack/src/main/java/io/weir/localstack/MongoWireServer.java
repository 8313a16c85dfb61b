package io.weir.localstack;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import de.bwaldvogel.mongo.MongoServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * A server that speaks MongoDB's wire protocol well enough for the platform on one machine, with
 * its data in one file. An acknowledged write survives {@code kill -9} of the process (not a power
 * cut: the file is not synced). Secondary indexes other than unique ones, TTL, transactions and
 * authentication are not there; real MongoDB is for real load.
 */
public final class MongoWireServer implements AutoCloseable {

  /** Each aggregation and each index of a start would be a warning that nobody can heed. */
  private static final List<String> CHATTER =
      List.of(
          "de.bwaldvogel.mongo.backend.aggregation.Aggregation",
          "de.bwaldvogel.mongo.backend.AbstractMongoDatabase");

  /**
   * A connection's commands run on its event loop's thread, which waits for the commit that they
   * share; so no more commands share one than there are threads. Netty's default, two a core, let a
   * laptop write 280 documents a second. A thread is started by the first connection that needs it.
   */
  private static final String THREADS = "64";

  static {
    String property = "io.netty.eventLoopThreads"; // what the server leaves to Netty
    if (System.getProperty(property) == null) {
      System.setProperty(property, THREADS);
    }
  }

  private final MongoServer server;
  private final InetSocketAddress address;

  private MongoWireServer(MongoServer server, InetSocketAddress address) {
    this.server = server;
    this.address = address;
  }

  /**
   * Listens on a free port of 127.0.0.1 with its data in this directory, which is created if
   * missing.
   */
  public static MongoWireServer start(Path directory) {
    return start(directory, "127.0.0.1", 0);
  }

  /**
   * Listens on this address; port 0 is a free one. Throws {@link StackException} when the port is
   * taken or another process has the data open.
   */
  public static MongoWireServer start(Path directory, String host, int port) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StackException(
          "Could not create the data directory " + directory + ": " + e.getMessage(), e);
    }
    return listen(DurableBackend.open(directory), host, port);
  }

  /** Listens on a free port of 127.0.0.1 and forgets everything when it is closed. */
  public static MongoWireServer inMemory() {
    return listen(DurableBackend.withoutFile(), "127.0.0.1", 0);
  }

  private static MongoWireServer listen(DurableBackend backend, String host, int port) {
    quietChatter();
    MongoServer server = new MongoServer(backend);
    try {
      server.bind(host, port);
    } catch (RuntimeException e) {
      backend.close();
      throw new StackException(
          "Could not listen on %s:%d: %s. Stop what uses the port, or choose another."
              .formatted(host, port, e.getMessage()),
          e);
    }
    return new MongoWireServer(server, server.getLocalAddress());
  }

  /** {@code mongodb://<host>:<port>}. */
  public String uri() {
    return "mongodb://" + address.getHostString() + ":" + address.getPort();
  }

  public int port() {
    return address.getPort();
  }

  /** Closes connections, ends what runs and closes the file. */
  @Override
  public void close() {
    server.shutdownNow();
  }

  /**
   * Runs the server as a process: {@code --port N --data DIR [--host ADDRESS]}; SIGTERM closes it
   * cleanly.
   */
  public static void main(String[] args) throws InterruptedException {
    quietLogs();
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    int port = portOf(options.get("--port"));
    String data = options.get("--data");
    String host = options.getOrDefault("--host", "127.0.0.1");
    options.keySet().removeAll(List.of("--port", "--data", "--host"));
    if (args.length % 2 != 0 || port < 0 || data == null || !options.isEmpty()) {
      System.err.println(
          "usage: --port N (0 to 65535) --data DIR [--host ADDRESS]; got: "
              + String.join(" ", args));
      System.exit(64);
      return;
    }
    try {
      MongoWireServer server = start(Path.of(data), host, port);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "mongo-wire-close"));
      System.out.println(
          "mongo-wire listens on " + server.uri() + ", data in " + Path.of(data).toAbsolutePath());
    } catch (StackException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static int portOf(@org.jspecify.annotations.Nullable String text) {
    try {
      int port = text == null ? -1 : Integer.parseInt(text);
      return port <= 65_535 ? port : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Unless the logging of the process says something else about them. */
  private static void quietChatter() {
    for (String name : CHATTER) {
      if (LoggerFactory.getLogger(name) instanceof Logger logger && logger.getLevel() == null) {
        logger.setLevel(Level.ERROR);
      }
    }
  }

  private static void quietLogs() {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(Level.WARN);
      // It logs whole documents with each refused command; the client gets the error anyway.
      root.getLoggerContext().getLogger("de.bwaldvogel.mongo.wire").setLevel(Level.OFF);
    }
  }
}
