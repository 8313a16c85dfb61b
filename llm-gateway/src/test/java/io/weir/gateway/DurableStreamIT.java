package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.NatsServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.messaging.runtime.Component;
import io.weir.platform.live.TokenReader;
import io.weir.platform.live.TokenReader.Place;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.LlmCall;
import io.weir.platform.usage.LlmCall.Outcome;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Usage;
import io.weir.proto.v1.LlmChunk.Ending;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Durable requests whose tokens are read while they are answered, from a gateway that may die. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(480)
class DurableStreamIT {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final String ASK =
      "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"count\"}]}";
  private static final String STREAMED = ASK.replace("{\"model", "{\"stream\":true,\"model");
  private static final String WORDS =
      IntStream.rangeClosed(1, 60).mapToObj(String::valueOf).collect(Collectors.joining(" "));
  private static final Mood COUNTED = new Mood.Answer(WORDS, "stop", new Mood.Usage(1_000, 200));

  private final ScriptedLlm llm = ScriptedLlm.start();
  private final MongoWireServer server = MongoWireServer.inMemory();
  private NatsServer nats;
  private Mongo mongo;
  private LlmCalls calls;
  private ServiceProcess gateway;
  private DurableAsker asker;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    nats = NatsServer.start(folder.resolve("nats"));
    gateway =
        ServiceProcess.launch(
            ServiceLaunch.of(
                    Path.of(System.getProperty("weir.root", "..")),
                    "llm-gateway",
                    folder.resolve("gateway"))
                .with("NATS_URL", nats.url())
                .with("MONGODB_URI", server.uri())
                .with("OPENAI_BASE_URL", llm.baseUrl())
                .with("OPENAI_MODELS", "gpt-4o-mini")
                .with("LLM_ACK_WAIT", "4s")
                .with("IDEMPOTENCY_LEASE", "4s"));
    mongo =
        new Mongo(
            new MongoSettings(server.uri(), "weir", 4, Duration.ofSeconds(10)), Clock.systemUTC());
    mongo.start();
    calls = new LlmCalls(mongo, new Usage(mongo, "llm-gateway", Clock.systemUTC()));
    asker = new DurableAsker(nats.url());
    gateway.awaitReady(SOON);
  }

  @AfterAll
  void stop() throws Exception {
    asker.close();
    gateway.close();
    mongo.close();
    server.close();
    nats.close();
    llm.close();
  }

  @Test
  void whoHasLeftGoesOnWhereHeWasAndTheAnswerIsThatOfAPlainRequest() throws Exception {
    llm.byDefault(new Mood.Slow(Duration.ZERO, Duration.ofMillis(25), COUNTED));
    var heard = new HeardTokens();
    asker.request("resumed", STREAMED);
    Place place = Place.START;
    for (int words : List.of(3, 20)) {
      place = readUntil("resumed", place, heard, words);
    }
    readToTheEnd("resumed", place, heard);
    assertEquals(List.of(1), heard.attempts);
    assertEquals(List.of(), heard.missing);
    assertEquals(WORDS, heard.text());
    assertEquals(List.of(Ending.ENDING_WHOLE), heard.endings);

    // From the beginning, after the end.
    var late = new HeardTokens();
    readToTheEnd("resumed", Place.START, late);
    assertEquals(heard.words, late.words);

    llm.byDefault(COUNTED);
    asker.request("plain", ASK);
    assertEquals(answer("plain"), answer("resumed"));
  }

  @Test
  void aKilledGatewaysAnswerIsGivenOnceByItsNextAttemptAndItsCallIsUnknown() throws Exception {
    llm.enqueue(new Mood.Slow(Duration.ZERO, Duration.ofMillis(500), COUNTED));
    llm.byDefault(COUNTED);
    var heard = new HeardTokens();
    var reader = new TokenReader(Place.START, heard);
    Component tail = asker.tokens("killed", Place.START, reader);
    try {
      asker.request("killed", STREAMED);
      Await.until("some words", SOON, () -> heard.words.size() >= 3);
      gateway.kill();
      assertTrue(heard.endings.isEmpty());
      gateway.restart(SOON);
      Await.until("its end", SOON, () -> !heard.endings.isEmpty());
    } finally {
      tail.close();
    }
    assertEquals(List.of(1, 2), heard.attempts);
    assertEquals(WORDS, heard.text());
    assertEquals(List.of(Ending.ENDING_WHOLE), heard.endings);
    assertEquals(WORDS, answer("killed").at("/choices/0/message/content").asText());

    List<LlmCall> rows =
        Await.value(
            "both rows",
            SOON,
            () -> {
              List<LlmCall> found = calls.ofCorrelation("killed");
              return found.size() == 2 ? found : null;
            });
    rows.forEach(System.out::println);
    assertEquals(
        List.of(Outcome.OK, Outcome.UNKNOWN),
        rows.stream().map(LlmCall::outcome).sorted().toList());
    assertTrue(rows.stream().allMatch(row -> row.costMicros() > 0), rows.toString());
    assertTrue(metrics().contains("weir_llm_calls_unknown_adopted_total 1.0"));
    assertEquals(1, asker.answers("killed").size());
  }

  /** Reads on until {@code words} are heard in all, then leaves without a word. */
  private Place readUntil(String correlation, Place from, HeardTokens heard, int words)
      throws Exception {
    var reader = new TokenReader(from, heard);
    Component tail = asker.tokens(correlation, from, reader);
    Await.until(words + " words", SOON, () -> heard.words.size() >= words);
    tail.close();
    return reader.place();
  }

  private void readToTheEnd(String correlation, Place from, HeardTokens heard) throws Exception {
    Component tail = asker.tokens(correlation, from, new TokenReader(from, heard));
    try {
      Await.until("the end", SOON, () -> !heard.endings.isEmpty());
    } finally {
      tail.close();
    }
  }

  /** The answer without what differs in any two. */
  private ObjectNode answer(String correlation) throws Exception {
    var response = (LlmResponse) asker.answer(correlation);
    var body = (ObjectNode) Json.object(response.getResponseJson().toByteArray()).orElseThrow();
    // A stream need not say that there is no refusal.
    ((ObjectNode) body.at("/choices/0/message")).remove("refusal");
    return body.without(List.of("id", "created"));
  }

  private String metrics() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(gateway.url() + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
