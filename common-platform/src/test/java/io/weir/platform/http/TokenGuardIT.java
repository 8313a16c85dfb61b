package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.Store;
import io.weir.platform.access.AccessSettings;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.NewKey;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.RouteSpec.Method;
import io.weir.platform.contract.Scope;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import io.weir.testsupport.Await;
import io.weir.testsupport.ForgedTokens;
import io.weir.testsupport.Ticking;
import io.weir.testsupport.TokenIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The guard as its settings make it: keys and tokens side by side, plans from the store. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TokenGuardIT {
  private static final RouteSpec READ = TestRoutes.closed(Method.GET, "/x", "x", Scope.JOBS_READ);
  private static final RouteSpec WRITE =
      TestRoutes.closed(Method.POST, "/x", "x_write", Scope.JOBS_WRITE);

  private static TokenIssuer issuer;

  private final Ticking clock = new Ticking(Instant.now());
  private final HttpClient client = HttpClient.newHttpClient();
  private Store store;
  private WebServer server;

  @BeforeAll
  static void startIssuer() {
    issuer = TokenIssuer.start();
  }

  @AfterAll
  static void stopIssuer() {
    issuer.close();
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start();
    server = serve("keys,jwt");
  }

  @AfterEach
  void stop() {
    server.stop();
    store.close();
    client.close();
    issuer.mood(TokenIssuer.Mood.WELL);
  }

  private WebServer serve(String auth) {
    var environment =
        new HashMap<>(
            Map.of(
                "HTTP_AUTH",
                auth,
                "HTTP_AUTH_FAILURES_PER_MINUTE",
                "1000",
                "JWT_JWKS_URL",
                issuer.keysUrl(),
                "JWT_ISSUER",
                issuer.name(),
                "JWT_AUDIENCE",
                TokenIssuer.AUDIENCE));
    var settings = SettingsReader.of(environment);
    AccessSettings access = AccessSettings.read(settings);
    settings.check();
    var api =
        new HttpApi(
                List.of(READ, WRITE),
                new HttpSettings(
                    2048, Duration.ofSeconds(10), Duration.ofSeconds(10), 10, Duration.ZERO),
                Guard.of(access, "local", () -> store.mongo, clock),
                new SimpleMeterRegistry())
            .on(
                READ,
                (request, response) ->
                    Json.send(response, 200, Map.of("user", Caller.of(request).userId())))
            .on(WRITE, (request, response) -> Json.send(response, 200, Map.of()));
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(config);
    return config.routing(api::routing).build().start();
  }

  /** What comes once the keys of the issuer are read, however long that takes here. */
  private HttpResponse<String> get(String credential) throws Exception {
    var last = new AtomicReference<HttpResponse<String>>();
    Await.until(
        "credentials can be checked",
        Duration.ofSeconds(60),
        () -> {
          last.set(send("GET", credential));
          return last.get().statusCode() != 503;
        });
    return last.get();
  }

  private HttpResponse<String> send(String method, String credential) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/x"))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + credential)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String limit(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-ratelimit-limit").orElse("");
  }

  /** A look-up that took too long counts as a failure for a second of our clock. */
  private void awaitLimit(String expected, String credential) throws InterruptedException {
    Await.until(
        "the limit " + expected,
        Duration.ofSeconds(60),
        () -> {
          clock.forward(Duration.ofSeconds(2));
          return limit(get(credential)).equals(expected);
        });
  }

  private String key(String user) throws InterruptedException {
    return new ApiKeys(store.mongo, new SecureRandom(), clock)
        .create(
            new NewKey(user, "", Set.of(Scope.JOBS_READ), OptionalInt.empty(), Optional.empty()))
        .text()
        .text()
        .reveal();
  }

  private void plan(String user, Plan plan) throws InterruptedException {
    new Users(store.mongo, Plan.LITE).put(new User(user, plan, Optional.empty()));
  }

  @Test
  void aTokenAndAKeyOpenTheSameDoors() throws Exception {
    HttpResponse<String> byToken = get(issuer.token("ada", "jobs:read"));
    assertEquals(200, byToken.statusCode(), byToken.body());
    assertEquals("{\"user\":\"ada\"}", byToken.body());
    assertEquals("{\"user\":\"bob\"}", get(key("bob")).body());
    HttpResponse<String> missing = send("POST", issuer.token("ada", "jobs:read"));
    assertEquals(403, missing.statusCode());
    assertTrue(
        missing.headers().firstValue("www-authenticate").orElse("").contains("jobs:write"),
        missing::toString);
    assertEquals(403, get(issuer.token("ada", "openid profile")).statusCode());
  }

  @Test
  void forgedTokensAreToldNoMoreThanWrongKeysAndTheLogHasNothingOfThem() throws Exception {
    var root = (Logger) LoggerFactory.getLogger("io.weir");
    Level level = root.getLevel();
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    try {
      for (var forged : ForgedTokens.of(issuer, issuer.claims().build()).entrySet()) {
        HttpResponse<String> answer = get(forged.getValue());
        assertEquals(401, answer.statusCode(), () -> forged.getKey() + ": " + answer.body());
        assertEquals(
            Optional.of("Bearer realm=\"weir\", error=\"invalid_token\""),
            answer.headers().firstValue("www-authenticate"));
        assertFalse(
            forged.getValue().length() > 20
                && answer.body().contains(forged.getValue().substring(0, 20)),
            answer::body);
      }
    } finally {
      root.setLevel(level);
      root.detachAppender(log);
    }
    assertTrue(
        log.list.stream().anyMatch(event -> event.getMessage().equals("token refused")),
        "the log knows why");
    for (ILoggingEvent event : log.list) {
      String all = event.getFormattedMessage() + event.getKeyValuePairs();
      assertFalse(all.contains("eyJ") || all.contains("nobody-has-it"), all);
    }
  }

  @Test
  void whileTheIssuerWasNeverReachedTokensCanNotBeCheckedAndKeysCan() throws Exception {
    server.stop();
    issuer.mood(TokenIssuer.Mood.BROKEN);
    server = serve("jwt,keys");
    HttpResponse<String> answer = send("GET", issuer.token("ada", "jobs:read"));
    assertEquals(503, answer.statusCode(), answer.body());
    assertTrue(answer.headers().firstValue("retry-after").isPresent());
    assertEquals(200, get(key("ada")).statusCode());
  }

  @Test
  void whatIsNotAskedForOpensNothing() throws Exception {
    server.stop();
    server = serve("jwt");
    assertEquals(200, get(issuer.token("ada", "jobs:read")).statusCode());
    assertEquals(401, get(key("ada")).statusCode());
    server.stop();
    server = serve("keys");
    assertEquals(401, get(issuer.token("ada", "jobs:read")).statusCode());
    assertEquals(200, get(key("ada")).statusCode());
  }

  @Test
  void howOftenIsSaidByTheUsersPlanWhateverTheyShow() throws Exception {
    plan("ada", Plan.BUSINESS);
    plan("bob", Plan.PRO);
    plan("root", Plan.UNLIMITED);
    awaitLimit("100", issuer.token("ada", "jobs:read"));
    awaitLimit("100", key("ada"));
    awaitLimit("30", issuer.token("bob", "jobs:read"));
    awaitLimit("10", issuer.token("who is in no collection", "jobs:read"));
    awaitLimit("", issuer.token("root", "jobs:read"));
    plan("ada", Plan.LITE);
    clock.forward(Duration.ofMinutes(1));
    awaitLimit("10", issuer.token("ada", "jobs:read"));
    awaitLimit("10", key("ada"));
  }

  @Test
  void aNewTokenIsNoNewLimit() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertEquals(200, get(issuer.token("ada", "jobs:read")).statusCode());
    }
    assertEquals(429, get(issuer.token("ada", "jobs:read jobs:write")).statusCode());
    assertEquals(200, get(issuer.token("bob", "jobs:read")).statusCode());
  }

  @Test
  void withoutTheStoreTokensOpenAndThePlanIsTheOneOfTheSettings() throws Exception {
    store.database.stopServer();
    HttpResponse<String> answer = get(issuer.token("ada", "jobs:read"));
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("10", limit(answer));
  }
}
