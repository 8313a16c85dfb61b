package io.weir.gateway.http;

import static io.weir.gateway.http.RunningGateway.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of several requests, and of one that several providers could answer. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ManyRequestsIT {
  private static final String ASK =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final String CHAT = "/v1/chat/completions";
  private final ScriptedLlm llm = ScriptedLlm.start();

  @AfterEach
  void stop() {
    llm.close();
  }

  @Test
  void theSameIdempotencyKeyJoinsARunningCallAndGetsAStoredAnswer() throws Exception {
    llm.byDefault(Mood.Slow.toStart(Duration.ofMillis(300), new Mood.Answer("once")));
    try (var gateway = gateway()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        var call = new FutureTask<>(() -> gateway.chat(ASK, "Idempotency-Key", "job-1"));
        Thread.ofVirtual().start(call);
        answers.add(call);
      }
      String first = answers.getFirst().get().body();
      for (Future<HttpResponse<String>> answer : answers) {
        assertEquals(first, answer.get().body());
      }
      assertEquals(first, gateway.chat(ASK, "Idempotency-Key", "job-1").body());
      assertEquals(1, llm.requests(CHAT).size());

      HttpResponse<String> other =
          gateway.chat(ASK.replace("hi", "ho"), "Idempotency-Key", "job-1");
      assertEquals(422, other.statusCode());
      assertError(other, "invalid_request_error", "idempotency_key_reused");
    }
  }

  @Test
  void twoIdempotencyKeysAreNone() throws Exception {
    try (var gateway = gateway()) {
      HttpResponse<String> refused =
          gateway.chat(ASK, "Idempotency-Key", "job-1", "Idempotency-Key", "job-2");
      assertEquals(400, refused.statusCode());
      assertEquals("Idempotency-Key", RunningGateway.error(refused).path("param").asText());
    }
  }

  @Test
  void aFailureIsNotKeptForItsIdempotencyKey() throws Exception {
    llm.enqueue(new Mood.Failure(500, "once"));
    try (var gateway = gateway()) {
      assertEquals(502, gateway.chat(ASK, "Idempotency-Key", "job-2").statusCode());
      assertEquals(200, gateway.chat(ASK, "Idempotency-Key", "job-2").statusCode());
    }
  }

  @Test
  void moreThanTheBoundAtOnceIsTurnedAwayWithAWait() throws Exception {
    llm.byDefault(new Mood.Silent());
    try (var gateway = gateway("HTTP_MAX_CONCURRENT", "1", "HTTP_QUEUE_WAIT", "50ms")) {
      var first = new FutureTask<>(() -> gateway.chat(ASK));
      Thread.ofVirtual().start(first);
      llm.awaitRequest(0, Duration.ofSeconds(10));
      HttpResponse<String> second = gateway.chat(ASK);
      assertEquals(429, second.statusCode());
      assertEquals("1", second.headers().firstValue("retry-after").orElse(""));
      assertError(second, "rate_limit_error", "too_many_requests_at_once");
      llm.close();
      assertEquals(502, first.get().statusCode());
    }
  }

  @Test
  void twentyAtOnceAreAllAnswered() throws Exception {
    llm.byDefault(Mood.Slow.toStart(Duration.ofMillis(100), new Mood.Answer("yes")));
    try (var gateway = gateway()) {
      assertEquals(Map.of(200, 20L), statuses(ask(gateway, 20)));
    }
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void ofTwoThousandAtOnceEachEndsWithAnAnswerOrIsToldWhenToComeBack() throws Exception {
    var goOn = new CountDownLatch(1);
    llm.byDefault(new Mood.Held(goOn, new Mood.Answer("yes")));
    try (var gateway = gateway("LLM_PROVIDER_CONCURRENT", "200", "LLM_PROVIDER_WAIT", "500ms")) {
      List<FutureTask<Integer>> asked = ask(gateway, 2_000);
      Await.until(
          "all but those that are asked of the model",
          Duration.ofSeconds(60),
          () -> asked.stream().filter(FutureTask::isDone).count() == 1_800);
      goOn.countDown();
      assertEquals(Map.of(200, 200L, 429, 1_800L), statuses(asked));
      // Nothing is left behind: no place is held, and the next one is answered.
      var health = RunningGateway.json(gateway.get("/v1/providers")).path("data").path(0);
      assertEquals(0, health.path("running").asInt(), health.toString());
      assertEquals(200, gateway.chat(ASK).statusCode());
    }
  }

  /** So many at once; a 429 says when to come back. */
  private static List<FutureTask<Integer>> ask(RunningGateway gateway, int requests) {
    var answers = new ArrayList<FutureTask<Integer>>();
    for (int i = 0; i < requests; i++) {
      var call =
          new FutureTask<>(
              () -> {
                HttpResponse<String> answer = gateway.chat(ASK);
                if (answer.statusCode() == 429) {
                  assertTrue(answer.headers().firstValue("retry-after").isPresent());
                }
                return answer.statusCode();
              });
      Thread.ofVirtual().start(call);
      answers.add(call);
    }
    return answers;
  }

  /** How many ended with which status. */
  private static Map<Integer, Long> statuses(List<FutureTask<Integer>> answers) throws Exception {
    var ends = new TreeMap<Integer, Long>();
    for (FutureTask<Integer> answer : answers) {
      ends.merge(answer.get(), 1L, Long::sum);
    }
    return ends;
  }

  @Test
  void aSecondProviderAnswersWhenTheFirstFailsInAWayThatMayPass(@TempDir Path folder)
      throws Exception {
    try (ScriptedLlm second = ScriptedLlm.start()) {
      llm.enqueue(new Mood.Failure(500, "down"), new Mood.Failure(400, "your fault"));
      var file =
          Files.writeString(
              folder.resolve("providers.yaml"),
              """
              providers:
                - {name: one, kind: openai-compatible, base_url: "%s", models: [m]}
                - {name: two, kind: openai-compatible, base_url: "%s", models: [m]}
              """
                  .formatted(llm.baseUrl(), second.baseUrl()));
      try (var gateway = new RunningGateway(Map.of("WEIR_PROVIDERS", file.toString()))) {
        HttpResponse<String> response = gateway.chat(ASK);
        assertEquals(200, response.statusCode(), response.body());
        assertEquals("two", response.headers().firstValue("x-weir-provider").orElse(""));
        assertEquals(400, gateway.chat(ASK).statusCode());
        assertEquals(1, second.requests(CHAT).size());
      }
    }
  }

  @Test
  void aProvidersOwnBoundOfCallsAtOnceIsKept(@TempDir Path folder) throws Exception {
    llm.byDefault(new Mood.Silent());
    var file =
        Files.writeString(
            folder.resolve("providers.yaml"),
            """
            providers:
              - {name: one, kind: openai-compatible, base_url: "%s", models: [m], max_concurrent: 1}
            """
                .formatted(llm.baseUrl()));
    try (var gateway =
        new RunningGateway(
            Map.of("WEIR_PROVIDERS", file.toString(), "LLM_PROVIDER_WAIT", "50ms"))) {
      var first = new FutureTask<>(() -> gateway.chat(ASK));
      Thread.ofVirtual().start(first);
      llm.awaitRequest(0, Duration.ofSeconds(10));
      HttpResponse<String> second = gateway.chat(ASK);
      assertEquals(429, second.statusCode(), second.body());
      assertEquals("1", second.headers().firstValue("retry-after").orElse(""));
      assertError(second, "rate_limit_error", "too_many_requests_at_once");
      assertEquals(1, llm.requests(CHAT).size());
      var health = RunningGateway.json(gateway.get("/v1/providers")).path("data").path(0);
      assertEquals(1, health.path("concurrent").asInt(), health.toString());
      llm.close();
      assertEquals(502, first.get().statusCode());
    }
  }

  private RunningGateway gateway(String... settings) {
    return RunningGateway.with(llm.baseUrl(), settings);
  }
}
