package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.platform.access.Admission;
import io.weir.platform.access.Authenticator;
import io.weir.platform.access.Principal;
import io.weir.platform.access.RateLimits;
import io.weir.platform.access.TrustedProxies;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.RouteSpec.Method;
import io.weir.platform.contract.Scope;
import io.weir.testsupport.Ticking;
import java.io.IOException;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class GuardIT {
  private static final RouteSpec READ = TestRoutes.closed(Method.GET, "/x", "x", Scope.JOBS_READ);
  private static final RouteSpec WRITE =
      TestRoutes.closed(Method.POST, "/x", "write", Scope.JOBS_WRITE);
  private static final RouteSpec OPEN = TestRoutes.open(Method.GET, "/open", "open");
  private static final List<RouteSpec> ROUTES = List.of(READ, WRITE, OPEN);
  private static final int FAILURES = 3;
  private static final int PER_MINUTE = 2;
  private static final Principal ADA =
      new Principal(
          "ada",
          Principal.Via.KEY,
          Optional.of("4fVtQ0xYb2Lm"),
          Set.of(Scope.JOBS_READ),
          OptionalInt.of(PER_MINUTE));

  private final HttpClient client = HttpClient.newHttpClient();
  private final Ticking clock = new Ticking();
  private final AtomicInteger verified = new AtomicInteger();
  private WebServer server = serve(asking());

  @AfterEach
  void stop() {
    server.stop();
    client.close();
  }

  private Guard asking() {
    return new AskingGuard(
        new Authenticator(List.of(this::verify)),
        new RateLimits(clock),
        TrustedProxies.parse("127.0.0.1").orElseThrow(),
        FAILURES);
  }

  private Optional<Admission> verify(String credential) {
    verified.incrementAndGet();
    return Optional.of(
        switch (credential) {
          case "ada" -> new Admission.Admitted(ADA);
          case "away" -> new Admission.Unavailable("10.0.0.1 refused", Duration.ofSeconds(2));
          default -> new Admission.Refused();
        });
  }

  private static WebServer serve(Guard guard) {
    var api =
        new HttpApi(
                ROUTES,
                new HttpSettings(
                    2048, Duration.ofSeconds(10), Duration.ofSeconds(10), 100, Duration.ZERO),
                guard,
                new SimpleMeterRegistry())
            .on(
                READ,
                (request, response) ->
                    Json.send(response, 200, Map.of("user", Caller.of(request).userId())))
            .on(WRITE, (request, response) -> Json.send(response, 200, Map.of()))
            .on(OPEN, (request, response) -> Json.send(response, 200, Map.of()));
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(config);
    return config.routing(api::routing).build().start();
  }

  @Test
  void whoShowsNothingIsToldWhatIsWantedAndWhoShowsWhatIsWrongIsNotToldWhy() throws Exception {
    var anonymous = get("/x");
    assertEquals(401, anonymous.statusCode());
    assertEquals("Bearer realm=\"weir\"", header(anonymous, "www-authenticate"));
    assertTrue(anonymous.body().contains("x-api-key"), anonymous.body());
    var wrong = get("/x", "Authorization", "Bearer wrong", "x-request-id", "same");
    assertEquals(401, wrong.statusCode());
    assertEquals(
        "Bearer realm=\"weir\", error=\"invalid_token\"", header(wrong, "www-authenticate"));
    assertEquals(wrong.body(), get("/x", "x-api-key", "wrong too", "x-request-id", "same").body());
    assertEquals("application/problem+json", header(wrong, "content-type"));
  }

  @Test
  void theHandlerKnowsWhoIsAskingInWhicheverHeaderTheySaidSo() throws Exception {
    assertEquals("{\"user\":\"ada\"}", get("/x", "Authorization", "Bearer ada").body());
    assertEquals("{\"user\":\"ada\"}", get("/x", "x-api-key", "ada").body());
  }

  @Test
  void whoMayNotIsToldWhichScopeIsMissing() throws Exception {
    var answer = post("/x", "{}", "x-api-key", "ada");
    assertEquals(403, answer.statusCode());
    assertEquals(
        "Bearer realm=\"weir\", error=\"insufficient_scope\", scope=\"jobs:write\"",
        header(answer, "www-authenticate"));
    assertEquals("2", header(answer, "x-ratelimit-limit"));
  }

  @Test
  void everyKeyedAnswerTellsTheLimitAndOneBeyondItWhenToComeBack() throws Exception {
    var first = get("/x", "x-api-key", "ada");
    assertEquals("2", header(first, "x-ratelimit-limit"));
    assertEquals("1", header(first, "x-ratelimit-remaining"));
    assertEquals("30", header(first, "x-ratelimit-reset"));
    assertEquals(200, get("/x", "x-api-key", "ada").statusCode());
    var third = get("/x", "x-api-key", "ada");
    assertEquals(429, third.statusCode());
    assertEquals("30", header(third, "retry-after"));
    assertEquals("0", header(third, "x-ratelimit-remaining"));
    clock.forward(Duration.ofSeconds(30));
    assertEquals(200, get("/x", "x-api-key", "ada").statusCode());
  }

  @Test
  void keysThatCanNotBeCheckedAreNeverCalledWrong() throws Exception {
    for (int i = 0; i <= FAILURES; i++) { // and are no failed attempts
      var answer = get("/x", "x-api-key", "away");
      assertEquals(503, answer.statusCode());
      assertEquals("2", header(answer, "retry-after"));
      assertFalse(answer.body().contains("10.0.0.1"), answer.body());
    }
  }

  @Test
  void anAddressThatFailsTooOftenWaitsBeforeAnythingIsLookedUpForIt() throws Exception {
    for (int i = 0; i < FAILURES; i++) {
      assertEquals(401, get("/x", i % 2 == 0 ? "x-api-key" : "x-other", "wrong").statusCode());
    }
    int before = verified.get();
    var answer = get("/x", "x-api-key", "ada");
    assertEquals(429, answer.statusCode());
    assertEquals("20", header(answer, "retry-after"));
    assertEquals(before, verified.get());
    assertEquals(200, get("/open").statusCode());
    assertEquals(200, get("/x", "x-api-key", "ada", "X-Forwarded-For", "192.0.2.7").statusCode());
  }

  @Test
  void whoeverIsAdmittedUsesUpNothingOfTheAddress() throws Exception {
    for (int i = 0; i < 2 * FAILURES; i++) {
      assertEquals(200, get("/x", "x-api-key", "ada").statusCode());
      clock.forward(Duration.ofSeconds(30));
    }
  }

  @Test
  void aRefusalIsReadEvenByWhoIsStillSending() throws Exception {
    assertEquals(401, post("/x", "x".repeat(3_000_000)).statusCode());
    String first =
        raw(
            "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\nExpect:"
                + " 100-continue\r\n\r\n");
    assertTrue(first.startsWith("HTTP/1.1 401 "), first);
  }

  @Test
  void whereNobodyIsAskedAForeignNameOfThisMachineIsNotAnswered() throws Exception {
    server.stop();
    server = serve(new OpenGuard(Principal.local("local"), false));
    assertEquals("{\"user\":\"local\"}", get("/x").body());
    String rebound = raw("GET /x HTTP/1.1\r\nHost: evil.example:8081\r\n\r\n");
    assertTrue(rebound.startsWith("HTTP/1.1 403 "), rebound);
    assertFalse(rebound.contains("\"user\""), rebound);
    server.stop();
    server = serve(TestRoutes.anybody());
    String meant = raw("GET /x HTTP/1.1\r\nHost: review-worker:8081\r\n\r\n");
    assertTrue(meant.startsWith("HTTP/1.1 200 "), meant);
  }

  @Test
  void namesOfThisMachineAreKnown() {
    for (String own :
        List.of(
            "localhost",
            "LocalHost:8081",
            "127.0.0.1",
            "127.1.2.3:80",
            "[::1]:3000",
            "a.localhost",
            "localhost.")) {
      assertTrue(OpenGuard.isOwnName(own), own);
    }
    for (String foreign :
        List.of(
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evillocalhost",
            "127.0.0.1@evil.example",
            "0.0.0.0",
            "[::]",
            "192.168.1.5")) {
      assertFalse(OpenGuard.isOwnName(foreign), foreign);
    }
  }

  @Test
  void aRouteWithoutAHandlerAndAHandlerWithoutARouteEndTheStart() {
    var api =
        new HttpApi(
            List.of(READ),
            new HttpSettings(
                2048, Duration.ofSeconds(10), Duration.ofSeconds(10), 100, Duration.ZERO),
            TestRoutes.anybody(),
            new SimpleMeterRegistry());
    var gap =
        assertThrows(
            IllegalStateException.class,
            () -> api.routing(io.helidon.webserver.http.HttpRouting.builder()));
    assertTrue(String.valueOf(gap.getMessage()).contains("GET /x of test"), gap.toString());
    assertThrows(
        IllegalArgumentException.class, () -> api.on(OPEN, (request, response) -> response.send()));
    api.on(READ, (request, response) -> response.send());
    assertThrows(
        IllegalArgumentException.class, () -> api.on(READ, (request, response) -> response.send()));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(request(path, headers));
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    return send(request(path, headers).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(10));
    return headers.length > 0 ? request.headers(headers) : request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
