package io.weir.enricher;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * An HTTP service on a free port that says what a test tells it to, and remembers what it was
 * asked.
 */
public final class StandIn implements AutoCloseable {
  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private volatile int status;
  private volatile String body;

  private StandIn(HttpServer server, int status, String body) {
    this.server = server;
    this.status = status;
    this.body = body;
  }

  /** Starts one that answers everything alike. */
  public static StandIn answering(int status, String body) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
      var standIn = new StandIn(server, status, body);
      server.createContext(
          "/",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            standIn.asked.add(exchange.getRequestURI().toString());
            standIn.shown.add(
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] bytes = standIn.body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(standIn.status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return standIn;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on it answers so. */
  public void answer(int newStatus, String newBody) {
    status = newStatus;
    body = newBody;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Path and query of every request. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** What every request showed as its credentials; {@code null} in letters for none. */
  public List<String> shown() {
    return List.copyOf(shown);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
