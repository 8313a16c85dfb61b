package io.weir.platform.llm;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A model endpoint that gives the same answer to everything until it is told another one. */
final class CannedEndpoint implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Canned canned = new Canned(404, Map.of(), "");

  private record Canned(int status, Map<String, String> headers, String body) {}

  CannedEndpoint() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          Canned now = canned;
          byte[] body = now.body().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          now.headers().forEach(exchange.getResponseHeaders()::set);
          exchange.sendResponseHeaders(now.status(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  /** Answers with the protocol's error. */
  void fails(int status, String code, Map<String, String> headers) {
    canned =
        new Canned(
            status,
            headers,
            "{\"error\":{\"message\":\"canned\",\"type\":\"api_error\",\"param\":null,\"code\":\"%s\"}}"
                .formatted(code));
  }

  void answers(int status, Map<String, String> headers, String body) {
    canned = new Canned(status, headers, body);
  }

  /** Answers all calls for a completion with {@code text}, under the same id each time. */
  void completes(String text) {
    answers(
        200,
        Map.of(),
        """
        {"id":"c-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
        "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110}}
        """
            .formatted(text));
  }

  int requests() {
    return requests.get();
  }

  String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
