package io.weir.platform.llm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.trace.Tracing;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LlmClientIT {
  private final ScriptedLlm endpoint = ScriptedLlm.start();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LlmClient client = client(endpoint.baseUrl());
  private final Bill bill = new Bill();

  @AfterEach
  void stop() {
    client.close();
    endpoint.close();
  }

  @Test
  void anAnswerComesWithItsModelAndTokens() throws Exception {
    endpoint.enqueue(new Mood.Answer("Mostly harmless."));
    var answer = assertInstanceOf(LlmAnswer.Completed.class, ask());
    assertEquals("Mostly harmless.", answer.text());
    assertEquals("some-model", answer.model());
    assertEquals("some-model", bill.bought().getFirst().model());
    LlmUsage usage = bill.usage();
    assertTrue(usage.totalTokens() > 0, usage.toString());
    assertEquals(usage.promptTokens() + usage.completionTokens(), usage.totalTokens());
  }

  @Test
  void allOfTheCallIsSent() throws Exception {
    var schema =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    "{\"type\":\"object\",\"required\":[\"a\"],\"additionalProperties\":false}");
    client.complete(
        call()
            .withSchema("findings", schema)
            .withTemperature(Optional.of(0.7))
            .withCorrelationId("corr-1"),
        bill);
    var request = endpoint.requests("/v1/chat/completions").getFirst();
    JsonNode body = request.body();
    assertEquals("some-model", body.at("/model").asText());
    assertEquals("system", body.at("/messages/0/role").asText());
    assertEquals("You are terse.", body.at("/messages/0/content").asText());
    assertEquals("Describe Earth.", body.at("/messages/1/content").asText());
    assertEquals(100, body.at("/max_completion_tokens").asInt());
    assertEquals(0.7, body.at("/temperature").asDouble());
    assertEquals("json_schema", body.at("/response_format/type").asText());
    assertEquals("findings", body.at("/response_format/json_schema/name").asText());
    assertTrue(body.at("/response_format/json_schema/strict").asBoolean());
    assertEquals(schema, body.at("/response_format/json_schema/schema"));
    assertEquals("corr-1", request.header("x-correlation-id").orElseThrow());
    assertEquals("Bearer key-1", request.header("authorization").orElseThrow());
  }

  @Test
  void theTraceOfTheWorkGoesOnToTheModel() {
    String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    var _ = Tracing.resumed(Map.of("traceparent", parent), () -> assertDoesNotThrow(this::ask));
    var request = endpoint.requests("/v1/chat/completions").getFirst();
    assertEquals(parent, request.header("traceparent").orElseThrow());
  }

  @Test
  void aTransientFailureIsTriedAgainUnderTheSameKey() throws Exception {
    endpoint.enqueue(new Mood.Failure(500, "oops"), new Mood.Answer("ok"));
    assertInstanceOf(LlmAnswer.Completed.class, ask());
    assertEquals(2, keys().size());
    assertEquals(1, Set.copyOf(keys()).size(), () -> keys().toString());
  }

  @Test
  void theKeyNamesWorkStepAndWhatIsAsked() throws Exception {
    client.complete(call(), bill);
    client.complete(call(), bill);
    client.complete(call().withUser("And Mars."), bill);
    client.complete(call().withModel("another"), bill);
    client.complete(call().withStep("summary"), bill);
    client.complete(call().withCorrelationId("c-2"), bill);
    List<String> keys = keys();
    assertTrue(keys.getFirst().matches("job-1:review:[0-9a-f]{32}"), keys.getFirst());
    assertEquals(keys.get(0), keys.get(1), "a redelivery gets the answer that was paid for");
    assertEquals(keys.get(0), keys.get(5), "how it is traced changes nothing");
    assertEquals(4, Set.copyOf(keys).size(), "another question is never taken for the old one");
  }

  @Test
  void aLongRetryAfterIsLeftToTheCaller() {
    endpoint.byDefault(new Mood.RateLimited(Duration.ofMinutes(2)));
    var thrown = assertThrows(LlmTransientException.class, this::ask);
    assertEquals(Optional.of(Duration.ofMinutes(2)), thrown.retryAfter());
    assertEquals(1, endpoint.requests("/v1/chat/completions").size());
  }

  @Test
  void aRefusalIsNotTriedAgain() {
    endpoint.byDefault(new Mood.Failure(400, "too long"));
    var thrown = assertThrows(LlmRejectedException.class, this::ask);
    assertEquals(400, thrown.status());
    assertEquals(1, endpoint.requests("/v1/chat/completions").size());
    assertEquals(1, meters.get("weir.llm.client.calls").tag("outcome", "rejected").timer().count());
  }

  @Test
  void anEndpointWithoutAWorkingModelIsUnavailable() {
    endpoint.byDefault(new Mood.Failure(503, "all models are away"));
    var thrown = assertThrows(DependencyUnavailableException.class, this::ask);
    assertEquals("llm", thrown.dependency());
  }

  @Test
  void anEndpointThatIsNotThereIsUnavailableAndItsProbeFails() throws Exception {
    client.probe();
    endpoint.close();
    assertThrows(DependencyUnavailableException.class, this::ask);
    assertThrows(DependencyUnavailableException.class, client::probe);
  }

  @Test
  void aSilentEndpointCostsNoMoreThanTheDeadline() {
    endpoint.byDefault(new Mood.Silent());
    Instant begun = Instant.now();
    var thrown =
        assertThrows(
            LlmTransientException.class,
            () -> client.complete(call(Instant.now().plus(Duration.ofMillis(500))), bill));
    assertEquals("the model endpoint did not answer in time", thrown.getMessage());
    Duration took = Duration.between(begun, Instant.now());
    assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took.toString());
  }

  @Test
  void garbageTruncatedAndEmptyAnswersAreTransient() {
    for (Mood mood :
        new Mood[] {new Mood.Garbage("<html>"), new Mood.Truncated("half"), new Mood.Answer("")}) {
      endpoint.byDefault(mood);
      LlmClient fresh = client(endpoint.baseUrl());
      assertThrows(
          LlmTransientException.class, () -> fresh.complete(call(), bill), mood.toString());
      fresh.close();
    }
  }

  @Test
  void theOfflineModelIsToldApartByNameAndByErrorCode() throws Exception {
    endpoint.enqueue(new Mood.Answer("canned"));
    assertInstanceOf(
        LlmAnswer.OfflineOnly.class, client.complete(call().withModel("offline"), bill));

    try (var canned = new CannedEndpoint()) {
      canned.fails(400, "offline_only", Map.of());
      LlmClient offline = client(canned.baseUrl());
      assertInstanceOf(LlmAnswer.OfflineOnly.class, offline.complete(call(), bill));
      offline.close();
    }
    assertEquals(LlmUsage.NONE, bill.usage());
  }

  @Test
  void anInterruptEndsACallAtOnce() throws Exception {
    endpoint.byDefault(new Mood.Silent());
    var ended = new CompletableFuture<LlmAnswer>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    ended.complete(ask());
                  } catch (Exception e) {
                    ended.completeExceptionally(e);
                  }
                });
    endpoint.awaitRequest(0, Duration.ofSeconds(10));
    caller.interrupt();
    var thrown = assertThrows(ExecutionException.class, () -> ended.get(5, TimeUnit.SECONDS));
    assertInstanceOf(InterruptedException.class, thrown.getCause());
  }

  @Test
  void warmingUpCallsNobody() {
    client.start();
    assertEquals(0, endpoint.requests().size());
  }

  private List<String> keys() {
    return endpoint.requests("/v1/chat/completions").stream()
        .map(request -> request.header("idempotency-key").orElseThrow())
        .toList();
  }

  private LlmAnswer ask() throws InterruptedException {
    return client.complete(call(), bill);
  }

  private static LlmCall call() {
    return call(Instant.now().plus(Duration.ofSeconds(30)));
  }

  private static LlmCall call(Instant deadline) {
    return LlmCall.of("job-1", "review", "You are terse.", "Describe Earth.", 100, deadline);
  }

  private LlmClient client(String baseUrl) {
    return new LlmClient(
        new LlmSettings(
            baseUrl,
            Optional.of(new Secret("key-1")),
            Optional.of("some-model"),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30)),
        meters,
        Clock.systemUTC(),
        new Random(1));
  }
}
