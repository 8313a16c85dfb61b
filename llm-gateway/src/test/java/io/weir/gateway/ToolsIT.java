package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.pipeline.EventData;
import io.weir.gateway.pipeline.JoinedChunks;
import io.weir.gateway.pipeline.Json;
import io.weir.localstack.NatsServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.platform.live.TokenReader;
import io.weir.platform.live.TokenReader.Place;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.RecordedRequest;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tools of the gateway, from a model that calls them to programs that answer on NATS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(480)
class ToolsIT {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final String CHAT = "/v1/chat/completions";
  private static final String ASK =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"greet\"}]}";
  private static final String STREAMED = ASK.replace("{\"model", "{\"stream\":true,\"model");
  private static final Mood CALL = Mood.ToolCalls.of("echo", "{\"say\":\"hello\"}");

  private final ScriptedLlm llm = ScriptedLlm.start();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private NatsServer nats;
  private ServiceProcess gateway;
  private DurableAsker asker;
  private ToolPrograms programs;
  private ByHand byHand;

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
                .with("OPENAI_BASE_URL", llm.baseUrl())
                .with("OPENAI_MODELS", "m")
                .with("WEIR_TOOLS", ToolPrograms.file(folder).toString())
                .with("LLM_TOOL_ROUNDS", "2")
                .with("USAGE_ACK_WAIT", "100ms"));
    asker = new DurableAsker(nats.url());
    programs = new ToolPrograms(nats.url());
    byHand = new ByHand(nats.url(), Map.of("x-weir-tools", "echo"));
    gateway.awaitReady(SOON);
  }

  @AfterAll
  void stop() throws Exception {
    byHand.close();
    programs.close();
    asker.close();
    http.close();
    gateway.close();
    nats.close();
    llm.close();
  }

  @BeforeEach
  void forget() {
    llm.clear();
    llm.answering(
        request ->
            results(request).isEmpty()
                ? CALL
                : new Mood.Answer(
                    String.join(" ", results(request).values()),
                    "stop",
                    new Mood.Usage(1_000, 10)));
  }

  @Test
  void onEveryWayInToolsAreExecutedAndTheAnswerIsTheModelsLast() throws Exception {
    JsonNode plain = Json.MAPPER.readTree(send(ASK, "echo").body());
    assertEquals("echo says hello", content(plain));
    List<RecordedRequest> asked = llm.requests(CHAT);
    assertEquals(2, asked.size());
    assertEquals("echo", asked.getFirst().body().at("/tools/0/function/name").asText());
    // A thousand of the second round, and those of the first.
    assertTrue(plain.at("/usage/prompt_tokens").asInt() > 1_000, plain.toString());

    String events = send(STREAMED, "echo").body();
    assertTrue(events.endsWith("data: [DONE]\n\n"), events);
    assertFalse(events.contains("tool_calls"), events);
    assertEquals("echo says hello", content(joined(events)));

    assertEquals("echo says hello", content(body(byHand.ask("waits", ASK))));
    byHand.publish("durable", ASK);
    assertEquals("echo says hello", content(body(asker.answer("durable"))));
    var heard = new HeardTokens();
    var tail = asker.tokens("streamed", Place.START, new TokenReader(Place.START, heard));
    byHand.publish("streamed", STREAMED);
    Await.until("its tokens", SOON, () -> !heard.endings.isEmpty());
    tail.close();
    assertEquals("echo says hello", heard.text());
    assertEquals("echo says hello", content(body(asker.answer("streamed"))));
    assertEquals(10, llm.requests(CHAT).size());
    assertTrue(metrics().contains("weir_llm_purchases_total{outcome=\"ok\",provider=\"openai\"} "));
  }

  @Test
  void whateverGoesWrongIsAResultThatNamesTheTool() throws Exception {
    llm.answering(
        request ->
            results(request).isEmpty()
                ? new Mood.ToolCalls(
                    ToolPrograms.NAMES.stream()
                        .map(name -> new Mood.ToolCall("id-" + name, name, "{\"say\":\"x\"}"))
                        .toList())
                : new Mood.Answer("done"));
    String all = String.join(",", ToolPrograms.NAMES);
    assertEquals("done", content(Json.MAPPER.readTree(send(ASK, all).body())));
    Map<String, String> results = results(llm.requests(CHAT).get(1).body());
    assertEquals("echo says x", results.get("id-echo"));
    var codes = new LinkedHashMap<String, String>();
    for (String name : ToolPrograms.NAMES.subList(1, ToolPrograms.NAMES.size())) {
      JsonNode error = Json.MAPPER.readTree(results.get("id-" + name)).path("error");
      assertEquals(name, error.path("tool").asText());
      assertFalse(error.path("message").asText().isEmpty());
      codes.put(name, error.path("code").asText());
    }
    assertEquals(ToolPrograms.CODES, codes);
  }

  @Test
  void argumentsThatAreNoJsonReachNoTool() throws Exception {
    llm.answering(
        request ->
            results(request).isEmpty()
                ? Mood.ToolCalls.of("echo", "{\"say\":")
                : new Mood.Answer("done"));
    int before = programs.calls();
    assertEquals(200, send(ASK, "echo").statusCode());
    String result = result();
    assertTrue(result.contains("InvalidInput"), result);
    assertEquals(before, programs.calls());
  }

  @Test
  void theClientsToolsAreTheClients() throws Exception {
    String own =
        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}}]}";
    llm.byDefault(
        new Mood.ToolCalls(
            List.of(
                new Mood.ToolCall("a", "echo", "{}"), new Mood.ToolCall("b", "weather", "{}"))));
    int before = programs.calls();
    JsonNode plain =
        Json.MAPPER.readTree(send(ASK.substring(0, ASK.length() - 1) + own, "echo").body());
    JsonNode streamed =
        joined(send(STREAMED.substring(0, STREAMED.length() - 1) + own, "echo").body());
    for (JsonNode answer : List.of(plain, streamed)) {
      JsonNode calls = answer.at("/choices/0/message/tool_calls");
      assertEquals(1, calls.size(), answer.toString());
      assertEquals("b", calls.at("/0/id").asText());
      assertEquals("tool_calls", answer.at("/choices/0/finish_reason").asText());
    }
    assertEquals(before, programs.calls());
    assertEquals(2, llm.requests(CHAT).size());
    // Without the header nothing is added and nothing executed.
    var untouched = http.send(request(ASK).build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(
        2, Json.MAPPER.readTree(untouched.body()).at("/choices/0/message/tool_calls").size());
    assertFalse(llm.requests(CHAT).getLast().body().has("tools"));
    assertEquals(400, send(ASK, "rm").statusCode());
  }

  @Test
  void aModelThatNeverEndsIsAskedOnceWithoutToolsAndThenGivenUp() throws Exception {
    llm.byDefault(CALL);
    HttpResponse<String> answer = send(ASK, "echo");
    assertEquals(502, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("tool_rounds_exhausted"), answer.body());
    List<RecordedRequest> asked = llm.requests(CHAT);
    assertEquals(3, asked.size());
    assertEquals("none", asked.getLast().body().path("tool_choice").asText());
    String events = send(STREAMED, "echo").body();
    assertTrue(events.contains("tool_rounds_exhausted"), events);
    assertFalse(events.contains("[DONE]"), events);
  }

  @Test
  void whileNatsIsAwayTheModelIsToldSo() throws Exception {
    nats.kill();
    try {
      Await.until(
          "it is noticed",
          SOON,
          () -> {
            llm.clear();
            assertEquals(200, send(ASK, "echo").statusCode());
            return result().contains("NATS is away");
          });
    } finally {
      nats.restart();
    }
    Await.until(
        "tools work again",
        SOON,
        () -> content(Json.MAPPER.readTree(send(ASK, "echo").body())).equals("echo says hello"));
  }

  /** What the model was told of its one call. */
  private String result() {
    return results(llm.requests(CHAT).get(1).body()).getOrDefault("call_1", "");
  }

  /** What tools have said in a request, by the ids of their calls. */
  private static Map<String, String> results(JsonNode request) {
    var results = new LinkedHashMap<String, String>();
    for (JsonNode message : request.path("messages")) {
      if (message.path("role").asText().equals("tool")) {
        results.put(message.path("tool_call_id").asText(), message.path("content").asText());
      }
    }
    return results;
  }

  private static String content(JsonNode completion) {
    return completion.at("/choices/0/message/content").asText();
  }

  private static JsonNode body(Object response) throws IOException {
    return Json.MAPPER.readTree(((LlmResponse) response).getResponseJson().toByteArray());
  }

  private static JsonNode joined(String events) {
    var joined = new JoinedChunks();
    EventData.chunks(events.getBytes(StandardCharsets.UTF_8))
        .forEach(chunk -> joined.add(chunk.tree()));
    return joined.whole(Optional.empty()).orElseThrow(() -> new AssertionError(events));
  }

  private HttpResponse<String> send(String body, String tools)
      throws IOException, InterruptedException {
    return http.send(
        request(body).header("x-weir-tools", tools).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String body) {
    return HttpRequest.newBuilder(URI.create(gateway.url() + CHAT))
        .timeout(SOON)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private String metrics() throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(gateway.url() + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
