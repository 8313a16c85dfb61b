package io.weir.platform.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.DependencyUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HttpApiIT {
  private static final int LIMIT = 2048;
  private static final HttpSettings SETTINGS =
      new HttpSettings(LIMIT, Duration.ofSeconds(10), Duration.ofSeconds(1), 100, Duration.ZERO);
  private static final Duration STALL = Duration.ofMillis(300);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HttpClient client = HttpClient.newHttpClient();
  private final CompletableFuture<Throwable> flooded = new CompletableFuture<>();
  private WebServer server;

  @BeforeAll
  void start() {
    var api =
        new HttpApi(TestRoutes.ALL, SETTINGS, TestRoutes.anybody(), meters)
            .on(
                TestRoutes.ECHO,
                (request, response) -> Json.send(response, 200, JsonBody.read(request, LIMIT)))
            .on(
                TestRoutes.THING,
                (request, response) ->
                    Json.send(
                        response, 200, Map.of("id", request.path().pathParameters().get("id"))))
            .on(
                TestRoutes.STORE,
                (request, response) -> {
                  throw new DependencyUnavailableException("mongodb", "10.0.0.1 refused", null);
                })
            .on(
                TestRoutes.BUG,
                (request, response) -> {
                  throw new IllegalStateException("password=hunter2");
                })
            .on(
                TestRoutes.EVENTS,
                (request, response) -> {
                  try (var events = EventOutput.to(response, EventOutput.Patience.DEFAULT)) {
                    events.event("status", "1", "{}");
                    events.data("a\nb");
                  }
                })
            .on(
                TestRoutes.FLOOD,
                (request, response) -> {
                  var patience = new EventOutput.Patience(Duration.ofMillis(50), STALL);
                  try (var events = EventOutput.to(response, patience)) {
                    while (true) {
                      events.data("x".repeat(1 << 16));
                    }
                  } catch (RuntimeException e) {
                    flooded.complete(e);
                    throw e;
                  }
                })
            .on(TestRoutes.CHAT, (request, response) -> JsonBody.read(request, LIMIT))
            .errors("/v1/", new TinyShape());
    server = startServer(api);
  }

  private static WebServer startServer(HttpApi api) {
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(config);
    return config.routing(api::routing).build().start();
  }

  @AfterAll
  void stop() {
    server.stop();
    client.close();
  }

  @Test
  void aGoodRequestIsAnsweredWithItsIds() throws Exception {
    var answer = post("/echo", "{\"a\":1}");
    assertEquals(200, answer.statusCode());
    assertEquals("{\"a\":1}", answer.body());
    assertEquals("my-id", answer.headers().firstValue("x-request-id").orElseThrow());
    assertFalse(answer.headers().firstValue("x-correlation-id").orElseThrow().isBlank());
  }

  @Test
  void brokenJsonIs400WithItsPosition() throws Exception {
    var answer = post("/echo", "{\"a\":\n nope}");
    assertProblem(400, answer);
    assertTrue(problem(answer).get("detail").asText().contains("line 2, column"), answer.body());
  }

  /** The parser would take a half of a surrogate, and what is beyond Unicode. */
  @Test
  void aBodyThatIsNoUtf8Is400() throws Exception {
    for (String bytes :
        new String[] {"\u00ff", "\u00c3", "\u00ed\u00a0\u0080", "\u00f4\u0090\u0080\u0080"}) {
      byte[] body = ("{\"a" + bytes + "\":1}").getBytes(StandardCharsets.ISO_8859_1);
      var answer = send(request("/echo").POST(HttpRequest.BodyPublishers.ofByteArray(body)));
      assertProblem(400, answer);
      assertTrue(answer.body().contains("not valid UTF-8"), answer.body());
    }
    assertEquals(200, post("/echo", "{\"ä\":\"€😀\"}").statusCode());
  }

  @Test
  void anUnknownPathIs404AndAKnownOneWithTheWrongMethod405() throws Exception {
    assertProblem(404, get("/nowhere"));
    var answer = get("/echo");
    assertProblem(405, answer);
    assertEquals("POST", answer.headers().firstValue("allow").orElseThrow());
  }

  @Test
  void aMissingDependencyIs503WithRetryAfterAndWithoutItsAddress() throws Exception {
    var answer = get("/store");
    assertProblem(503, answer);
    assertEquals("5", answer.headers().firstValue("retry-after").orElseThrow());
    assertFalse(answer.body().contains("10.0.0.1"), answer.body());
  }

  @Test
  void aFaultIs500WithItsRequestIdAndNothingInternal() throws Exception {
    var answer = get("/bug?key=secret");
    assertProblem(500, answer);
    assertFalse(answer.body().contains("hunter2"), answer.body());
    assertEquals("my-id", problem(answer).get("request_id").asText());
  }

  @Test
  void aBodyDeclaredTooLongIs413EvenIfItIsAllSent() throws Exception {
    for (int size : new int[] {LIMIT + 1, 3 * LIMIT, 200_000}) {
      assertProblem(413, post("/echo", "x".repeat(size)));
    }
    assertEquals(200, post("/echo", "{}").statusCode());
  }

  @Test
  void aBodyAtTheLimitIsRead() throws Exception {
    String body = "{\"a\":\"" + "x".repeat(LIMIT - 8) + "\"}";
    assertEquals(LIMIT, body.length());
    assertEquals(200, post("/echo", body).statusCode());
  }

  @Test
  void aChunkedBodyBeyondTheLimitIs413() throws Exception {
    var chunked =
        HttpRequest.BodyPublishers.fromPublisher(
            HttpRequest.BodyPublishers.ofString("x".repeat(LIMIT + 100)));
    var answer = send(request("/echo").POST(chunked));
    assertProblem(413, answer);
  }

  @Test
  void aBodyThatIsDeclaredHugeIsRefusedBeforeItIsSent() throws Exception {
    String answer =
        raw("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n{\"a\"");
    assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    assertTrue(answer.contains("\"status\":413"), answer);
  }

  @Test
  void aClientThatAsksFirstIsToldBeforeItSends() throws Exception {
    String answer =
        raw(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
  }

  @Test
  void brokenProtocolIsAnsweredInTheSameShape() throws Exception {
    for (String bad :
        new String[] {
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
          "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        }) {
      String answer = raw(bad);
      assertTrue(answer.startsWith("HTTP/1.1 400 "), bad + answer);
      assertTrue(answer.contains("application/problem+json"), bad + answer);
      assertTrue(answer.contains("x-request-id: "), bad + answer);
      assertTrue(answer.contains("x-correlation-id: "), bad + answer);
    }
  }

  @Test
  void aPrefixMayHaveAnErrorShapeOfItsOwn() throws Exception {
    assertEquals("{\"error\":\"Not found\"}", get("/v1/nowhere").body());
    assertEquals("{\"error\":\"Method not allowed\"}", get("/v1/chat").body());
    assertEquals("{\"error\":\"Content too large\"}", post("/v1/chat", "x".repeat(9000)).body());
    String huge = raw("POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
    assertTrue(huge.contains("{\"error\":"), huge);
  }

  @Test
  void aFormOfAnotherSiteIsRefused() throws Exception {
    var form =
        request("/echo")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .header("Origin", "https://elsewhere.example")
            .header("Content-Type", "text/plain");
    assertProblem(415, send(form));
    assertEquals(200, send(form.setHeader("Content-Type", "application/json")).statusCode());
  }

  @Test
  void eventsAreWrittenAsTheStandardSays() throws Exception {
    var answer = get("/events");
    assertEquals("event: status\nid: 1\ndata: {}\n\ndata: a\ndata: b\n\n", answer.body());
    assertTrue(
        answer.headers().firstValue("content-type").orElseThrow().startsWith("text/event-stream"));
  }

  @Test
  void whileThereIsNobodyToDoTheWorkTheAnswerHasItsShapeAndIds() throws Exception {
    var api =
        new HttpApi(List.of(), SETTINGS, TestRoutes.anybody(), new SimpleMeterRegistry())
            .errors("/v1/", new TinyShape());
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    WebServer early =
        config
            .routing(
                routes ->
                    routes.addFilter(
                        (chain, request, response) ->
                            api.notRunning(request, response, "x is starting")))
            .build()
            .start();
    try {
      var ready = client.send(early(early, "/echo"), HttpResponse.BodyHandlers.ofString());
      assertProblem(503, ready);
      assertEquals("x is starting", problem(ready).get("detail").asText());
      assertEquals("my-id", ready.headers().firstValue("x-request-id").orElseThrow());
      assertEquals("1", ready.headers().firstValue("retry-after").orElseThrow());
      var chat = client.send(early(early, "/v1/chat"), HttpResponse.BodyHandlers.ofString());
      assertEquals("{\"error\":\"Unavailable\"}", chat.body());
    } finally {
      early.stop();
    }
  }

  private static HttpRequest early(WebServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("x-request-id", "my-id")
        .build();
  }

  @Test
  void aClientThatReadsNothingIsGivenUp() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write("GET /flood HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertInstanceOf(CloseConnectionException.class, flooded.get(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aBodyThatComesInDropsIs408() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        var drops = Executors.newSingleThreadScheduledExecutor()) {
      var out = socket.getOutputStream();
      out.write(
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      var dripping = drops.scheduleAtFixedRate(() -> drop(out), 50, 50, TimeUnit.MILLISECONDS);
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      assertTrue(in.readLine().startsWith("HTTP/1.1 408 "));
      dripping.cancel(true);
    }
  }

  private static void drop(OutputStream out) {
    try {
      out.write('x');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void requestsAreTimedByEndpointNeverByPath() throws Exception {
    get("/things/1");
    get("/things/2");
    get("/nowhere-" + System.nanoTime());
    var endpoints =
        meters.find("weir.requests").timers().stream()
            .map(timer -> timer.getId().getTag("endpoint"))
            .toList();
    assertTrue(endpoints.contains("thing"), endpoints.toString());
    assertTrue(
        endpoints.stream().noneMatch(name -> name.contains("nowhere")), endpoints.toString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("x-request-id", "my-id")
        .timeout(Duration.ofSeconds(10));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sends bytes as they are and reads until the server closes. */
  private String raw(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertProblem(int status, HttpResponse<String> answer) throws IOException {
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(
        "application/problem+json", answer.headers().firstValue("content-type").orElseThrow());
    assertEquals(status, problem(answer).get("status").asInt());
    assertNotEquals("", problem(answer).get("detail").asText());
  }

  private static JsonNode problem(HttpResponse<String> answer) throws IOException {
    return Json.mapper().readTree(answer.body());
  }

  /** The least that another API's shape could be. */
  private static final class TinyShape implements ErrorShape {
    @Override
    public String contentType() {
      return "application/json";
    }

    @Override
    public ObjectNode body(Problem problem, String requestId) {
      return JsonNodeFactory.instance.objectNode().put("error", problem.title());
    }
  }
}
