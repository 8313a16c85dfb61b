package io.weir.cli.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import io.weir.messaging.runtime.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceApiTest {

  private final HttpServer server = server();
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  private final ServiceApi api =
      new ServiceApi(http, base, Optional.empty(), Duration.ofSeconds(5));

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    http.close();
  }

  private void answers(int status, String body) {
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private String refusal() {
    return assertThrows(
            CallException.class, () -> api.post("/jobs", JsonNodeFactory.instance.objectNode()))
        .getMessage();
  }

  @Test
  void aRefusalSaysWhatWasAskedAndWhatTheProblemIs() {
    answers(400, "{\"title\":\"Invalid request\",\"detail\":\"user_id is missing\"}");
    assertEquals(
        "POST " + base + "/jobs answered 400: Invalid request: user_id is missing", refusal());
  }

  @Test
  void anErrorInTheShapeOfOpenAiIsUnderstoodToo() {
    answers(429, "{\"error\":{\"message\":\"too many requests\"}}");
    assertEquals("POST " + base + "/jobs answered 429: too many requests", refusal());
  }

  @Test
  void anErrorInNoKnownShapeIsShownAsItCameButNotEndlessly() {
    answers(500, "x".repeat(1_000));
    assertTrue(refusal().endsWith("x".repeat(300) + " ..."), refusal());
  }

  @Test
  void aServiceThatIsAwayIsSaidWithItsAddress() {
    server.stop(0);
    String message = assertThrows(CallException.class, () -> api.get("/health")).getMessage();
    assertTrue(message.startsWith("GET " + base + "/health got no answer"), message);
  }

  @Test
  void aKeyIsShownToTheServiceAndWithoutOneARefusalSaysHowToGetOne() throws Exception {
    List<String> shown = new CopyOnWriteArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    assertTrue(refusal().contains("WEIR_API_KEY"), refusal());
    var keyed = new ServiceApi(http, base, Optional.of(new Secret("k")), Duration.ofSeconds(5));
    String message = assertThrows(CallException.class, () -> keyed.get("/x")).getMessage();
    assertFalse(message.contains("WEIR_API_KEY"), message);
    assertEquals("null", shown.getFirst());
    assertEquals("Bearer k", shown.getLast());
  }

  @Test
  void anAnswerComesAsItsBytesAndAsJson() throws InterruptedException {
    answers(200, "{\"a\": 1}");
    ServiceApi.Reply reply = api.get("/x");
    assertEquals("{\"a\": 1}", reply.body());
    assertEquals(1, reply.json().path("a").asInt());
  }
}
