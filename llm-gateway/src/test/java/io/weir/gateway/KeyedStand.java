package io.weir.gateway;

import io.weir.gateway.pipeline.Json;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.NatsServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.NewKey;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Audit;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.LedgerRow;
import io.weir.platform.usage.LlmCall;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Usage;
import io.weir.testsupport.Await;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.net.URI;
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

/** A gateway as a process that asks for keys, with NATS, MongoDB and a scripted provider. */
final class KeyedStand implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(90);

  final ScriptedLlm llm = ScriptedLlm.start();
  final NatsServer nats;
  final Mongo mongo;
  final LlmCalls calls;
  final ServiceProcess gateway;

  private final MongoWireServer server = MongoWireServer.inMemory();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  KeyedStand(Path folder) throws Exception {
    nats = NatsServer.start(folder.resolve("nats"));
    mongo =
        new Mongo(
            new MongoSettings(server.uri(), "weir", 4, Duration.ofSeconds(10)), Clock.systemUTC());
    mongo.start();
    calls = new LlmCalls(mongo, new Usage(mongo, "llm-gateway", Clock.systemUTC()));
    gateway =
        ServiceProcess.start(
            ServiceLaunch.of(
                    Path.of(System.getProperty("weir.root", "..")),
                    "llm-gateway",
                    folder.resolve("gateway"))
                .with("NATS_URL", nats.url())
                .with("MONGODB_URI", server.uri())
                .with("OPENAI_BASE_URL", llm.baseUrl())
                .with("OPENAI_MODELS", "gpt-4o-mini")
                .with("WEIR_TOOLS", ToolPrograms.file(folder).toString())
                .with("HTTP_AUTH", "keys"),
            SOON);
  }

  @Override
  public void close() throws Exception {
    http.close();
    gateway.close();
    mongo.close();
    server.close();
    nats.close();
    llm.close();
  }

  Audit.Account audit(String user) throws InterruptedException {
    var usage = new Usage(mongo, "llm-gateway", Clock.systemUTC());
    return new Audit(mongo).of(user, usage.month());
  }

  LedgerRow ledgerRow(String charge) throws InterruptedException {
    var usage = new Usage(mongo, "llm-gateway", Clock.systemUTC());
    return usage.ledger().find(charge).orElseThrow();
  }

  LlmCall row(String correlation) throws InterruptedException {
    return Await.value(
        "the row of " + correlation,
        SOON,
        () -> calls.ofCorrelation(correlation).stream().findFirst().orElse(null));
  }

  String key(String user, Scope... scopes) throws InterruptedException {
    return key(user, KeyBudget.NONE, scopes);
  }

  String key(String user, KeyBudget budget, Scope... scopes) throws InterruptedException {
    return new ApiKeys(mongo, new SecureRandom(), Clock.systemUTC())
        .create(
            new NewKey(user, "", Set.of(scopes), OptionalInt.of(10_000), Optional.empty(), budget))
        .text()
        .text()
        .reveal();
  }

  /** As a scraper reads them. */
  String metrics() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(gateway.url() + "/metrics")).timeout(SOON);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  HttpResponse<String> send(String key, String body, String correlation, String... headers)
      throws IOException, InterruptedException {
    return post("/v1/chat/completions", key, body, correlation, headers);
  }

  HttpResponse<String> post(
      String path, String key, String body, String correlation, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(gateway.url() + path))
            .timeout(SOON)
            .header("x-api-key", key)
            .header("x-correlation-id", correlation)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpRequest built = request.build();
    long deadline = System.nanoTime() + SOON.toNanos();
    HttpResponse<String> answer = http.send(built, HttpResponse.BodyHandlers.ofString());
    while (isToComeAgain(answer) && System.nanoTime() < deadline) {
      answer = http.send(built, HttpResponse.BodyHandlers.ofString());
    }
    return answer;
  }

  /** The first look for a new key may take longer than the gateway waits. */
  private static boolean isToComeAgain(HttpResponse<String> answer) throws IOException {
    return answer.statusCode() == 503 && code(answer).equals("unavailable");
  }

  static String code(HttpResponse<String> answer) throws IOException {
    return Json.MAPPER.readTree(answer.body()).path("error").path("code").asText();
  }
}
