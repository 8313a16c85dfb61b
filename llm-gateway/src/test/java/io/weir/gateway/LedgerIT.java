package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.weir.platform.usage.LlmCall;
import io.weir.platform.usage.LlmCall.Outcome;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What calls cost, from the gateway as a process to the rows of the ledger. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LedgerIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String ASK =
      "{\"model\":\"gpt-4o-mini\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]}";
  private static final Mood BOUGHT = new Mood.Answer("yes", "stop", new Mood.Usage(1_000, 200));

  private final ScriptedLlm llm = ScriptedLlm.start();
  private final MongoWireServer server = MongoWireServer.inMemory();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Path folder = Path.of("");
  private NatsServer nats;
  private Mongo mongo;
  private LlmCalls calls;
  private ServiceProcess gateway;
  private String ada = "";
  private String service = "";

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    nats = NatsServer.start(folder.resolve("nats"));
    mongo =
        new Mongo(
            new MongoSettings(server.uri(), "weir", 4, Duration.ofSeconds(10)), Clock.systemUTC());
    mongo.start();
    calls = new LlmCalls(mongo, new Usage(mongo, "llm-gateway", Clock.systemUTC()));
    ada = key("ada", Scope.CHAT);
    service = key("workers", Scope.CHAT, Scope.UNCHARGED);
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
                .with("HTTP_AUTH", "keys"),
            SOON);
    // Keys are looked up in MongoDB, which the gateway does not wait for.
    Await.until("keys are known", SOON, () -> send(service, ASK, "first").statusCode() == 200);
  }

  @AfterAll
  void stop() throws Exception {
    http.close();
    gateway.close();
    mongo.close();
    server.close();
    nats.close();
    llm.close();
  }

  @BeforeEach
  void forget() {
    llm.clear();
    llm.byDefault(BOUGHT);
  }

  @Test
  void everyWayInHasItsRowWithPriceAndOwner() throws Exception {
    assertEquals(200, send(ada, ASK, "plain").statusCode());
    LlmCall plain = row("plain");
    assertEquals("ada", plain.user());
    assertFalse(plain.key().isEmpty());
    assertFalse(plain.charge().isEmpty());
    assertEquals(new LlmCall.Tokens(1_000, 0, 0, 200), plain.tokens());
    assertEquals(150 + 120, plain.costMicros());
    assertEquals("chat_completions", plain.endpoint());

    String streamed = send(ada, ASK.replace("{\"model", "{\"stream\":true,\"model"), "sse").body();
    assertTrue(streamed.endsWith("data: [DONE]\n\n"), streamed);
    assertEquals(1_000, row("sse").tokens().input());

    assertEquals(200, send(service, ASK, "of-a-service").statusCode());
    assertEquals("", row("of-a-service").charge());

    llm.enqueue(new Mood.Failure(500, "bad"));
    assertEquals(502, send(ada, ASK, "failed").statusCode());
    assertEquals(Outcome.ERROR, row("failed").outcome());
    assertEquals(0, row("failed").costMicros());

    llm.enqueue(new Mood.BrokenStream(3, "one two three four five"));
    send(ada, ASK.replace("{\"model", "{\"stream\":true,\"model"), "broken");
    LlmCall broken = row("broken");
    assertEquals(Outcome.UNKNOWN, broken.outcome());
    assertTrue(broken.estimated() && broken.tokens().output() > 0, broken.toString());

    var asker = new DurableAsker(nats.url());
    try {
      asker.request("durable", ASK);
      asker.answer("durable");
      LlmCall durable = row("durable");
      assertEquals("nats_llm_request", durable.endpoint());
      assertEquals("local", durable.user());
      assertEquals("", durable.charge());
    } finally {
      asker.close();
    }
    // The counters agree with the rows once the allowance has been settled.
    Await.until(
        "the month is settled",
        SOON,
        () -> {
          var account = audit("ada");
          return account.counters().open() == 0 && account.counters().tokensUsed() >= 2_400;
        });
    assertEquals(List.of(), audit("ada").differences());
    assertEquals(0, audit("workers").counters().tokensUsed());
  }

  @Test
  void aKilledGatewayLeavesWhatItHadBegunAsUnknown() throws Exception {
    llm.byDefault(Mood.Slow.toStart(Duration.ofSeconds(60), BOUGHT));
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                send(ada, ASK, "killed");
              } catch (IOException | InterruptedException e) {
                // Its gateway is killed.
              }
            });
    llm.awaitRequest(0, SOON);
    gateway.kill();
    llm.byDefault(BOUGHT);
    gateway.restart(SOON);
    LlmCall killed = row("killed");
    assertEquals(Outcome.UNKNOWN, killed.outcome());
    assertEquals("ada", killed.user());
    assertTrue(killed.costMicros() > 0, killed.toString());
    assertEquals(200, send(ada, ASK, "after").statusCode());
    assertEquals(Outcome.OK, row("after").outcome());
  }

  @Test
  void anAnswerThatWasStoredOutlivesItsGateway() throws Exception {
    String first = send(ada, ASK, "kept-1", "Idempotency-Key", "kept").body();
    gateway.kill();
    gateway.restart(SOON);
    Await.until(
        "MongoDB is known",
        SOON,
        () -> send(ada, ASK, "kept-2", "Idempotency-Key", "kept").body().equals(first));
    assertEquals(1, llm.requests("/v1/chat/completions").size());
  }

  @Test
  void whoeverHasUsedUpTheMonthIsRefusedAndIsNotByASecondTooEarly() throws Exception {
    new Users(mongo, Plan.LITE)
        .put(new User("bob", Plan.LITE, Optional.of(new Quota(10_000, 1_000))));
    String bob = key("bob", Scope.CHAT);
    int answered = 0;
    HttpResponse<String> last = send(bob, ASK, "bob");
    while (last.statusCode() == 200 && answered < 30) {
      answered++;
      last = send(bob, ASK, "bob");
    }
    // 1,200 tokens each, far beyond what was reserved: only the last one may pass the limit.
    assertTrue(answered >= 7 && answered <= 9, "answered: " + answered);
    assertEquals(403, last.statusCode(), last.body());
    assertEquals("insufficient_quota", code(last));
    assertTrue(last.body().contains("of 10000 tokens"), last.body());
    assertEquals(answered, llm.requests("/v1/chat/completions").size());
    Await.until("settled", SOON, () -> audit("bob").counters().open() == 0);
    assertEquals(answered * 1_200L, audit("bob").counters().tokensUsed());
    assertEquals(answered, audit("bob").counters().requestsUsed());
    assertEquals(List.of(), audit("bob").differences());
  }

  private Audit.Account audit(String user) throws InterruptedException {
    var usage = new Usage(mongo, "llm-gateway", Clock.systemUTC());
    return new Audit(mongo).of(user, usage.month());
  }

  private LlmCall row(String correlation) throws InterruptedException {
    return Await.value(
        "the row of " + correlation,
        SOON,
        () -> calls.ofCorrelation(correlation).stream().findFirst().orElse(null));
  }

  private String key(String user, Scope... scopes) throws InterruptedException {
    return new ApiKeys(mongo, new SecureRandom(), Clock.systemUTC())
        .create(new NewKey(user, "", Set.of(scopes), OptionalInt.of(10_000), Optional.empty()))
        .text()
        .text()
        .reveal();
  }

  private HttpResponse<String> send(String key, String body, String correlation, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/chat/completions"))
            .timeout(SOON)
            .header("x-api-key", key)
            .header("x-correlation-id", correlation)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String code(HttpResponse<String> answer) throws IOException {
    return Json.MAPPER.readTree(answer.body()).path("error").path("code").asText();
  }
}
