package io.weir.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.proto.v1.LlmUsage;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that are given again to whoever wants them. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CachingIT {
  private static final String CHAT = "/v1/chat/completions";
  private static final String CACHE = "x-weir-cache";
  private static final String ASK =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final String OTHERWISE =
      "{ \"messages\": [{\"content\":\"hi\", \"role\":\"user\"}], \"model\":\"m\" }";

  private final ScriptedLlm llm = ScriptedLlm.start();
  private RunningGateway gateway;

  @BeforeEach
  void start() {
    gateway = RunningGateway.with(llm.baseUrl());
  }

  @AfterEach
  void stop() {
    gateway.close();
    llm.close();
  }

  @Test
  void theSameQuestionIsBoughtOnceByWhoeverWantsThatAndToldAsCached() throws Exception {
    llm.enqueue(new Mood.Answer("one"), new Mood.Answer("two"), new Mood.Answer("three"));
    assertAnswered("one", "miss", gateway.chat(ASK, CACHE, "on"));
    HttpResponse<String> hit = gateway.chat(OTHERWISE, CACHE, "on");
    assertAnswered("one", "hit", hit);
    assertEquals("openai", hit.headers().firstValue("x-weir-provider").orElse(""));
    assertEquals(
        0, RunningGateway.json(hit).path("usage").path("total_tokens").asInt(-1), hit.body());
    assertAnswered("two", "", gateway.chat(ASK));
    assertAnswered("three", "miss", gateway.chat(ASK, CACHE, "refresh"));
    assertAnswered("three", "hit", gateway.chat(ASK, CACHE, "ON"));
    assertEquals(3, llm.requests(CHAT).size());

    List<LlmUsage> told = gateway.told;
    assertEquals(
        List.of("ok", "cached", "ok", "ok", "cached"),
        told.stream().map(LlmUsage::getOutcome).toList());
    LlmUsage cached = told.get(1);
    assertEquals(0, cached.getCostMicroUsd() + cached.getInputTokens() + cached.getOutputTokens());
    assertEquals("m", cached.getModel());
    assertEquals(2, gateway.meters.get("weir.llm.cache.hits").counter().count());
  }

  @Test
  void failuresAndHalvesAreNotGivenAgain() throws Exception {
    llm.enqueue(
        new Mood.Failure(500, "once"),
        new Mood.Answer("cut", "length", new Mood.Usage(5, 5)),
        new Mood.Answer("whole"));
    assertEquals(502, gateway.chat(ASK, CACHE, "on").statusCode());
    assertAnswered("cut", "miss", gateway.chat(ASK, CACHE, "on"));
    assertAnswered("whole", "miss", gateway.chat(ASK, CACHE, "on"));
    assertAnswered("whole", "hit", gateway.chat(ASK, CACHE, "on"));
  }

  @Test
  void hintsAreAskedTooAndAWrongHeaderIsRefused() throws Exception {
    assertEquals(200, gateway.chat(ASK, CACHE, "on").statusCode());
    assertEquals("miss", header(gateway.chat(ASK, CACHE, "on", "x-weir-complexity", "complex")));
    HttpResponse<String> wrong = gateway.chat(ASK, CACHE, "perhaps");
    assertEquals(400, wrong.statusCode());
    assertEquals(CACHE, RunningGateway.error(wrong).path("param").asText(), wrong.body());
  }

  @Test
  void aScopeHasAnswersOfItsOwn() throws Exception {
    String scope = "x-weir-cache-scope";
    assertEquals("miss", header(gateway.chat(ASK, CACHE, "on", scope, "ada")));
    assertEquals("miss", header(gateway.chat(ASK, CACHE, "on", scope, "bob")));
    assertEquals("miss", header(gateway.chat(ASK, CACHE, "on")));
    assertEquals("hit", header(gateway.chat(ASK, CACHE, "on", scope, "ada")));
  }

  @Test
  void aStreamPassesTheCacheByAndSaysSo() throws Exception {
    String streamed = ASK.replace("{\"model", "{\"stream\":true,\"model");
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer = gateway.chat(streamed, CACHE, "on");
      assertEquals("bypass", header(answer));
    }
    assertEquals(2, llm.requests(CHAT).size());
    assertEquals("", header(gateway.chat(streamed)));
  }

  @Test
  void embeddingsAreStoredToo() throws Exception {
    String texts = "{\"model\":\"m\",\"input\":\"hello\"}";
    assertEquals("miss", header(gateway.post("/v1/embeddings", texts, CACHE, "on")));
    assertEquals("hit", header(gateway.post("/v1/embeddings", texts, CACHE, "on")));
    assertEquals(1, llm.requests("/v1/embeddings").size());
  }

  private static void assertAnswered(String text, String cache, HttpResponse<String> answer)
      throws Exception {
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        text, RunningGateway.json(answer).at("/choices/0/message/content").asText(), answer.body());
    assertEquals(cache, header(answer));
  }

  private static String header(HttpResponse<String> answer) {
    return answer.headers().firstValue(CACHE).orElse("");
  }
}
