package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.pipeline.Json;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.NewKey;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as a process that asks for keys. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KeyedGatewayIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String CHAT = "/v1/chat/completions";
  private static final String ASK =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  @TempDir Path folder;
  private final ScriptedLlm llm = ScriptedLlm.start();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void stop() {
    http.close();
    llm.close();
  }

  @Test
  void withoutMongoDbAndNatsItIsReadyAndSaysThatKeysCanNotBeChecked() throws Exception {
    int port = freePort();
    try (var gateway =
        ServiceProcess.start(
            launch("mongodb://127.0.0.1:" + port).with("HTTP_HOST", "0.0.0.0"), SOON)) {
      assertEquals(200, send(gateway, "/", "", "").statusCode());
      assertEquals("invalid_api_key", code(send(gateway, CHAT, ASK, "")));
      HttpResponse<String> unknown =
          send(gateway, CHAT, ASK, "weir_" + "a".repeat(12) + "_" + "b".repeat(43));
      assertEquals(503, unknown.statusCode(), unknown.body());
      assertEquals("unavailable", code(unknown));
      assertTrue(unknown.headers().firstValue("retry-after").isPresent());
      assertTrue(gateway.isReady());

      try (var mongo = MongoWireServer.start(folder.resolve("mongo"), "127.0.0.1", port)) {
        String key = key(mongo, "ada");
        Await.until(
            "the key is known", SOON, () -> send(gateway, CHAT, ASK, key).statusCode() == 200);
      }
    }
  }

  @Test
  void anIdempotencyKeyIsItsUsersOwn() throws Exception {
    llm.byDefault(new Mood.Answer("Once."));
    try (var mongo = MongoWireServer.inMemory();
        var gateway = ServiceProcess.start(launch(mongo.uri()), SOON)) {
      String ada = key(mongo, "ada");
      String bob = key(mongo, "bob");
      // Keys are looked up in MongoDB, which the gateway does not wait for.
      Await.until(
          "keys are known",
          SOON,
          () -> send(gateway, CHAT, ASK, ada, "Idempotency-Key", "k").statusCode() == 200);
      String first = send(gateway, CHAT, ASK, ada, "Idempotency-Key", "k").body();
      assertEquals(first, send(gateway, CHAT, ASK, ada, "Idempotency-Key", "k").body());
      assertEquals(1, llm.requests(CHAT).size());

      assertNotEquals(first, send(gateway, CHAT, ASK, bob, "Idempotency-Key", "k").body());
      assertEquals(2, llm.requests(CHAT).size());
      String other = ASK.replace("hi", "other");
      assertEquals(422, send(gateway, CHAT, other, ada, "Idempotency-Key", "k").statusCode());
      String carol = key(mongo, "carol");
      assertEquals(200, send(gateway, CHAT, other, carol, "Idempotency-Key", "k").statusCode());
    }
  }

  @Test
  void anAddressOthersCanReachIsRefusedWithoutKeys() throws Exception {
    try (var gateway =
        ServiceProcess.launch(
            launch("mongodb://127.0.0.1:1")
                .with("HTTP_HOST", "0.0.0.0")
                .with("HTTP_AUTH", "off"))) {
      ManagedProcess process = gateway.process();
      Await.until("the end", SOON, () -> !process.isAlive());
      assertEquals(78, process.exitCode().orElse(-1));
      String log = String.join("\n", process.lastLogLines(20));
      assertTrue(log.contains("HTTP_HOST") && log.contains("HTTP_AUTH"), log);
    }
  }

  private ServiceLaunch launch(String mongodb) {
    return ServiceLaunch.of(
            Path.of(System.getProperty("weir.root", "..")),
            "llm-gateway",
            folder.resolve("gateway"))
        .with("NATS_URL", "nats://127.0.0.1:1")
        .with("MONGODB_URI", mongodb)
        .with("OPENAI_BASE_URL", llm.baseUrl())
        .with("OPENAI_MODELS", "m")
        .with("HTTP_AUTH", "keys");
  }

  private static String key(MongoWireServer server, String user) throws InterruptedException {
    var mongo =
        new Mongo(
            new MongoSettings(server.uri(), "weir", 1, Duration.ofSeconds(10)), Clock.systemUTC());
    try {
      mongo.start();
      return new ApiKeys(mongo, new SecureRandom(), Clock.systemUTC())
          .create(new NewKey(user, "", Set.of(Scope.CHAT), OptionalInt.of(1_000), Optional.empty()))
          .text()
          .text()
          .reveal();
    } finally {
      mongo.close();
    }
  }

  private HttpResponse<String> send(
      ServiceProcess gateway, String path, String body, String key, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(gateway.url().resolve(path)).timeout(SOON);
    if (!body.isEmpty()) {
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    if (!key.isEmpty()) {
      request.header("x-api-key", key);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String code(HttpResponse<String> answer) throws IOException {
    return Json.MAPPER.readTree(answer.body()).path("error").path("code").asText();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
