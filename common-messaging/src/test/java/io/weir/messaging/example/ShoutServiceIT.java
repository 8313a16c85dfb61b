package io.weir.messaging.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.StringValue;
import io.nats.client.Connection;
import io.weir.localstack.FreePorts;
import io.weir.localstack.Launch;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.NatsServer;
import io.weir.localstack.NatsServerOptions;
import io.weir.localstack.Undertaker;
import io.weir.testsupport.Await;
import io.weir.testsupport.TestNats;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a service process, seen from outside. */
final class ShoutServiceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final Undertaker undertaker = Undertaker.start();
  private final List<ManagedProcess> launched = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = FreePorts.one();

  @AfterEach
  void bury() {
    launched.forEach(ManagedProcess::close);
    undertaker.close();
  }

  private ManagedProcess launch(Map<String, String> settings, String... args) {
    var environment = new HashMap<>(settings);
    environment.put("LOG_DIR", folder.resolve("logs").toString());
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                ShoutService.class.getName()));
    command.addAll(List.of(args));
    ManagedProcess process =
        ManagedProcess.start(
            new Launch("shout", command, environment, folder, folder.resolve("shout.out")),
            undertaker);
    launched.add(process);
    return process;
  }

  private HttpResponse<String> get(String path) throws Exception {
    return ask("GET", path);
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void liveBeforeReadyThenWorksThenDrainsToExitZero() throws Exception {
    int natsPort = FreePorts.one();
    String url = "nats://127.0.0.1:" + natsPort;
    ManagedProcess service = launch(Map.of("NATS_URL", url, "HTTP_PORT", String.valueOf(port)));
    Await.until("liveness", PATIENCE, () -> get("/health/live").statusCode() == 200);
    assertEquals(503, get("/health/ready").statusCode(), "NATS is away");
    HttpResponse<String> early = get("/hello");
    assertEquals(503, early.statusCode());
    assertTrue(early.headers().firstValue("retry-after").isPresent());

    try (NatsServer server =
        NatsServer.start(NatsServerOptions.in(folder.resolve("nats")).withPorts(natsPort, 0))) {
      Await.until("readiness", PATIENCE, () -> get("/health/ready").statusCode() == 200);
      try (Connection nats = TestNats.connect(server.url())) {
        nats.jetStream().publish("shout.request", StringValue.of("hey").toByteArray());
        Await.until(
            "the reply",
            PATIENCE,
            () ->
                nats.jetStreamManagement().getStreamInfo("SHOUTED").getStreamState().getMsgCount()
                    == 1);
        var reply = nats.jetStreamManagement().getMessage("SHOUTED", 1);
        assertEquals(StringValue.of("HEY"), StringValue.parseFrom(reply.getData()));
      }
      assertEquals("HELLO", get("/hello").body());
      assertEquals(404, get("/nowhere").statusCode());
      healthPageTellsAll();
      metricsAreThere();
      headsAreToldToo();
      assertTrue(service.stop(Duration.ofSeconds(20)), "stopped by itself");
      assertEquals(0, service.exitCode().orElse(-1));
    }
    String log = Files.readString(folder.resolve("logs/shout.log"));
    for (String event : List.of("starting", "ready", "draining", "stopped")) {
      assertTrue(log.contains("[INFO] " + event), event + " in " + log);
    }
  }

  private void healthPageTellsAll() throws Exception {
    JsonNode page = new ObjectMapper().readTree(get("/health").body());
    assertEquals("ok", page.path("status").asText(), page::toString);
    assertEquals("shout", page.path("service").asText());
    assertEquals("connected", page.path("nats").asText());
    for (String field : List.of("version", "timestamp", "uptime", "memory", "checks")) {
      assertTrue(page.has(field), field);
    }
    assertTrue(page.path("memory").path("rss").asLong() > 0);
    JsonNode connection = check(page, "nats");
    assertTrue(connection.path("age").asDouble(-1) >= 0, connection::toString);
    assertTrue(connection.path("threshold").asDouble() > 30, connection::toString);
    JsonNode server = check(page, "nats-server");
    assertEquals("ok", server.path("status").asText(), "advice alone is not degraded");
    assertTrue(server.path("reason").asText().contains("one copy of each stream"), page::toString);
  }

  /** What monitors ask, on a connection that goes on. */
  private void headsAreToldToo() throws Exception {
    for (String path : List.of("/health", "/health/ready", "/livez", "/metrics")) {
      HttpResponse<String> head = ask("HEAD", path);
      assertEquals(200, head.statusCode(), path);
      assertEquals("", head.body(), path);
      HttpResponse<String> next = get(path);
      assertEquals(
          next.headers().firstValue("content-type"), head.headers().firstValue("content-type"));
      assertTrue(next.body().length() > 10, next::body);
      if (path.equals("/livez")) { // always of one length
        assertEquals(
            next.headers().firstValue("content-length"),
            head.headers().firstValue("content-length"));
      }
    }
  }

  private static JsonNode check(JsonNode page, String name) {
    for (JsonNode check : page.path("checks")) {
      if (check.path("name").asText().equals(name)) {
        return check;
      }
    }
    throw new AssertionError("no check " + name + " in " + page);
  }

  private void metricsAreThere() throws Exception {
    String text = get("/metrics").body();
    assertTrue(text.contains("weir_messages_processed_seconds_count{"), text);
    assertTrue(text.contains("outcome=\"done\""), text);
    for (String meter :
        List.of(
            "weir_nats_connection_state{state=\"connected\"} 1.0",
            "weir_nats_connection_state{state=\"degraded\"} 0.0",
            "weir_nats_reconnects_total 0.0",
            "weir_nats_round_trip_seconds ",
            "weir_nats_round_trip_failures_total 0.0",
            "weir_nats_health_ratio 1.0")) {
      assertTrue(text.contains(meter), meter + " in " + text);
    }
    var asJson =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .header("Accept", "application/json")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertTrue(new ObjectMapper().readTree(asJson.body()).has("uptime"));
  }

  @Test
  void wrongSettingsStopTheStartAllOfThemNamed() throws Exception {
    ManagedProcess service =
        launch(Map.of("HTTP_PORT", "eighty", "NATS_PING_INTERVAL", "10", "LOG_FORMAT", "xml"));
    Await.until("the end", PATIENCE, () -> !service.isAlive());
    assertEquals(78, service.exitCode().orElse(-1));
    String out = String.join("\n", service.lastLogLines(20));
    for (String name :
        List.of("HTTP_PORT: got \"eighty\"", "NATS_PING_INTERVAL: got \"10\"", "LOG_FORMAT")) {
      assertTrue(out.contains(name), out);
    }
  }

  @Test
  void anAddressOthersCanReachIsRefusedWithoutAuthentication() throws Exception {
    ManagedProcess service = launch(Map.of("HTTP_HOST", "0.0.0.0"));
    Await.until("the end", PATIENCE, () -> !service.isAlive());
    assertEquals(78, service.exitCode().orElse(-1));
    assertTrue(String.join("\n", service.lastLogLines(20)).contains("ALLOW_UNAUTHENTICATED"));
  }

  @Test
  void aPortThatIsTakenEndsTheStartWithOneClearLine() throws Exception {
    try (var _ = new java.net.ServerSocket(port, 1, java.net.InetAddress.getLoopbackAddress())) {
      ManagedProcess service = launch(Map.of("HTTP_PORT", String.valueOf(port)));
      Await.until("the end", PATIENCE, () -> !service.isAlive());
      assertEquals(1, service.exitCode().orElse(-1));
      String out = String.join("\n", service.lastLogLines(20));
      assertTrue(out.contains(String.valueOf(port)) && out.contains("HTTP_PORT"), out);
    }
  }

  @Test
  void credentialsInTheServersAddressAreShownNowhere() throws Exception {
    ManagedProcess service =
        launch(
            Map.of(
                "NATS_URL",
                "nats://me:hunter2@127.0.0.1:" + FreePorts.one(),
                "HTTP_PORT",
                String.valueOf(port)));
    Await.until(
        "a report of the outage",
        PATIENCE,
        () -> get("/health").body().contains("Unable to connect"));
    assertTrue(!get("/health").body().contains("er2"), () -> "health tells the password");
    Await.until(
        "a line in the log",
        PATIENCE,
        () -> Files.readString(folder.resolve("logs/shout.log")).contains("waiting for NATS"));
    assertTrue(!Files.readString(folder.resolve("logs/shout.log")).contains("er2"));
    assertTrue(service.stop(Duration.ofSeconds(20)));
    assertEquals(0, service.exitCode().orElse(-1), "a stop while waiting is a stop in order");
  }

  @Test
  void refusedCredentialsEndTheProcessSoThatASupervisorSeesIt() throws Exception {
    String open = "authorization { user: me, password: right }";
    try (NatsServer server =
        NatsServer.start(
            NatsServerOptions.in(folder.resolve("nats"))
                .withExtraConfig(open)
                .withoutAwaitingHealth())) {
      ManagedProcess refused =
          launch(
              Map.of(
                  "NATS_URL",
                  server.url(),
                  "NATS_USER",
                  "me",
                  "NATS_PASSWORD",
                  "wrong",
                  "HTTP_PORT",
                  String.valueOf(port)));
      Await.until("the end", PATIENCE, () -> !refused.isAlive());
      assertEquals(1, refused.exitCode().orElse(-1));
      assertTrue(String.join("\n", refused.lastLogLines(20)).contains("refused the credentials"));
    }
  }

  @Test
  void credentialsThatAreRefusedAtAReconnectEndTheProcess() throws Exception {
    NatsServerOptions options =
        NatsServerOptions.in(folder.resolve("nats"))
            .withPorts(FreePorts.one(), 0)
            .withExtraConfig("authorization { user: me, password: right }");
    ManagedProcess service;
    try (NatsServer server = NatsServer.start(options)) {
      service =
          launch(
              Map.of(
                  "NATS_URL",
                  server.url(),
                  "NATS_USER",
                  "me",
                  "NATS_PASSWORD",
                  "right",
                  "HTTP_PORT",
                  String.valueOf(port)));
      Await.until("readiness", PATIENCE, () -> get("/health/ready").statusCode() == 200);
    }
    try (NatsServer _ =
        NatsServer.start(
            options.withExtraConfig("authorization { user: me, password: changed }"))) {
      Await.until("the end", PATIENCE, () -> !service.isAlive());
      assertEquals(1, service.exitCode().orElse(-1));
      String out = String.join("\n", service.lastLogLines(20));
      assertTrue(out.contains("Authorization Violation"), out);
    }
  }

  @Test
  void theConfigurationIsPrintedWithSecretsMasked() throws Exception {
    ManagedProcess service =
        launch(Map.of("NATS_USER", "me", "NATS_PASSWORD", "hunter2"), "--print-config");
    Await.until("the end", PATIENCE, () -> !service.isAlive());
    assertEquals(0, service.exitCode().orElse(-1));
    String out = String.join("\n", service.lastLogLines(60));
    assertTrue(out.contains("NATS_PASSWORD"), out);
    assertTrue(!out.contains("hunter2"), out);
  }
}
