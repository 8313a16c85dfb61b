package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.pipeline.Json;
import io.weir.platform.contract.Scope;
import io.weir.platform.live.TokenReader;
import io.weir.platform.live.TokenReader.Place;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;
import io.weir.platform.usage.LlmCall;
import io.weir.platform.usage.LlmCall.Outcome;
import io.weir.proto.v1.LlmChunk.Ending;
import io.weir.proto.v1.LlmError;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may use tools of the gateway, and what their rounds cost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class KeyedToolsIT {
  private static final Duration SOON = KeyedStand.SOON;
  private static final String CHAT = "/v1/chat/completions";
  private static final String ASK =
      "{\"model\":\"gpt-4o-mini\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"greet\"}]}";
  private static final String STREAMED = ASK.replace("{\"model", "{\"stream\":true,\"model");
  private static final Map<String, String> ECHO = Map.of("x-weir-tools", "echo");

  private KeyedStand stand;
  private ToolPrograms programs;
  private DurableAsker asker;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    stand = new KeyedStand(folder);
    programs = new ToolPrograms(stand.nats.url());
    asker = new DurableAsker(stand.nats.url());
    String key = stand.key("first", Scope.CHAT);
    // Keys are looked up in MongoDB, which the gateway does not wait for.
    Await.until("keys are known", SOON, () -> stand.send(key, ASK, "first").statusCode() == 200);
  }

  @AfterAll
  void stop() throws Exception {
    asker.close();
    programs.close();
    stand.close();
  }

  /** The model calls a tool twice, one call after the other, and answers then. */
  @BeforeEach
  void twoRoundsOfTools() {
    stand.llm.clear();
    stand.llm.answering(
        request -> {
          int results = 0;
          for (JsonNode message : request.path("messages")) {
            results += message.path("role").asText().equals("tool") ? 1 : 0;
          }
          return results < 2
              ? Mood.ToolCalls.of("echo", "{\"say\":\"hello\"}")
              : new Mood.Answer("hello twice", "stop", new Mood.Usage(1_000, 10));
        });
  }

  @Test
  void aKeyWithoutTheScopeUsesNoToolOnAnyWayIn() throws Exception {
    String key = stand.key("ada", Scope.CHAT);
    int before = programs.calls();
    for (String body : List.of(ASK, STREAMED)) {
      HttpResponse<String> refused = stand.send(key, body, "ada", "x-weir-tools", "echo");
      assertEquals(403, refused.statusCode(), refused.body());
      assertEquals("tools_not_allowed", KeyedStand.code(refused));
    }
    var byHand = new ByHand(stand.nats.url(), ECHO, id(key));
    try {
      for (String body : List.of(ASK, STREAMED)) {
        String correlation = "ada-" + body.length();
        byHand.publish(correlation, body);
        String error = assertInstanceOf(LlmError.class, asker.answer(correlation)).getMessage();
        assertTrue(error.startsWith("tools_not_allowed: "), error);
        String refused = byHand.refusal(correlation + "-waits", body);
        assertTrue(refused.startsWith("403 tools_not_allowed: "), refused);
      }
    } finally {
      byHand.close();
    }
    assertEquals(List.of(), stand.llm.requests(CHAT));
    assertEquals(before, programs.calls());
  }

  @Test
  void whoSendsMessagesWithoutAKeyIsInsideAndMay() throws Exception {
    var byHand = new ByHand(stand.nats.url(), ECHO);
    try {
      assertEquals("hello twice", content(byHand.ask("inside", ASK)));
    } finally {
      byHand.close();
    }
  }

  /** The gateway settles what it has charged when it ends, so that nobody waits for it here. */
  @Test
  @Order(Integer.MAX_VALUE)
  void eachRoundIsARowAndIsChargedOnceOnEveryWayIn() throws Exception {
    String key = stand.key("bea", new KeyBudget(1_000_000, 1_000_000), Scope.CHAT, Scope.TOOLS);
    var rows = new ArrayList<LlmCall>();
    JsonNode plain =
        Json.MAPPER.readTree(stand.send(key, ASK, "plain", "x-weir-tools", "echo").body());
    assertEquals("hello twice", plain.at("/choices/0/message/content").asText());
    List<LlmCall> three = rows("plain");
    assertEquals(plain.at("/usage/prompt_tokens").asLong(), input(three));
    assertEquals(plain.at("/usage/completion_tokens").asLong(), output(three));
    rows.addAll(three);
    String events = stand.send(key, STREAMED, "sse", "x-weir-tools", "echo").body();
    assertTrue(events.endsWith("data: [DONE]\n\n"), events);
    rows.addAll(rows("sse"));
    var byHand = new ByHand(stand.nats.url(), ECHO, id(key));
    try {
      byHand.publish("durable", ASK);
      assertEquals("hello twice", content(asker.answer("durable")));
      rows.addAll(rows("durable"));
      assertEquals("hello twice", content(byHand.ask("waits", ASK)));
      rows.addAll(rows("waits"));
    } finally {
      byHand.close();
    }
    assertEquals(12, stand.llm.requests(CHAT).size());
    assertEquals(12, rows.stream().map(LlmCall::id).distinct().count());
    for (LlmCall row : rows) {
      assertEquals(Outcome.OK, row.outcome());
      assertEquals("bea", row.user());
      assertEquals(id(key).substring(5), row.key());
      assertNotEquals("", row.charge());
      // By the table: 0.15 and 0.60 dollars for a million.
      assertEquals(
          Math.ceilDiv(row.tokens().input() * 15 + row.tokens().output() * 60, 100),
          row.costMicros());
    }
    assertTrue(stand.gateway.stop());
    var account = stand.audit("bea");
    assertEquals(0, account.counters().open());
    assertEquals(List.of(), account.differences());
    assertEquals(input(rows) + output(rows), account.counters().tokensUsed());
    assertEquals(12, account.counters().requestsUsed());
    KeyNumbers used = account.counters().of(id(key).substring(5));
    long cost = rows.stream().mapToLong(LlmCall::costMicros).sum();
    assertEquals(new KeyNumbers(input(rows) + output(rows), 0, cost, 0), used);
  }

  @Test
  void whoWaitsForAWholeAnswerHasItsTokensToldMeanwhile() throws Exception {
    stand.llm.answering(request -> new Mood.Answer("one two three", "stop", new Mood.Usage(10, 3)));
    var heard = new HeardTokens();
    var tail = asker.tokens("watched", Place.START, new TokenReader(Place.START, heard));
    try {
      LlmResponse answer = asker.ask("watched", STREAMED);
      assertEquals("one two three", content(answer));
      Await.until("its end", SOON, () -> !heard.endings.isEmpty());
      assertEquals("one two three", heard.text());
      assertEquals(List.of(Ending.ENDING_WHOLE), heard.endings);
      assertEquals(3, rowsOf("watched", 1).getFirst().tokens().output());
      // Asked again it is another attempt, and not a second half of the first one.
      Await.until(
          "another attempt",
          SOON,
          () -> {
            heard.endings.clear();
            assertEquals("one two three", content(asker.ask("watched", STREAMED)));
            Await.until("its end", SOON, () -> !heard.endings.isEmpty());
            return heard.attempts.size() > 1;
          });
      assertEquals("one two three", heard.text());
      assertTrue(heard.attempts.getLast() > heard.attempts.getFirst());
    } finally {
      tail.drain(SOON);
      tail.close();
    }
    var byHand = new ByHand(stand.nats.url(), Map.of());
    try {
      String refused = byHand.refusal("no.subject", STREAMED);
      assertTrue(refused.startsWith("400 ") && refused.contains("correlation_id"), refused);
    } finally {
      byHand.close();
    }
  }

  private List<LlmCall> rows(String correlation) throws InterruptedException {
    return rowsOf(correlation, 3);
  }

  private List<LlmCall> rowsOf(String correlation, int count) throws InterruptedException {
    Await.until(
        "the rows of " + correlation,
        SOON,
        () -> stand.calls.ofCorrelation(correlation).size() >= count);
    List<LlmCall> rows = stand.calls.ofCorrelation(correlation);
    assertEquals(count, rows.size(), rows.toString());
    return rows;
  }

  private static long input(List<LlmCall> rows) {
    return rows.stream().mapToLong(row -> row.tokens().input()).sum();
  }

  private static long output(List<LlmCall> rows) {
    return rows.stream().mapToLong(row -> row.tokens().output()).sum();
  }

  private static String content(Object response) throws Exception {
    return Json.MAPPER
        .readTree(((LlmResponse) response).getResponseJson().toByteArray())
        .at("/choices/0/message/content")
        .asText();
  }

  /** By which messages name a key. */
  private static String id(String key) {
    return key.substring(0, 17);
  }
}
