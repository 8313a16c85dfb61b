package io.weir.platform.llm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.trace.Tracing;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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

  @AfterEach
  void stop() {
    client.close();
    endpoint.close();
  }

  @Test
  void anAnswerComesWithItsModelAndTokens() throws Exception {
    endpoint.enqueue(new Mood.Answer("Mostly harmless."));
    var answer = assertInstanceOf(LlmAnswer.Completed.class, client.complete(call()));
    assertEquals("Mostly harmless.", answer.text());
    assertEquals("some-model", answer.model());
    assertTrue(answer.usage().totalTokens() > 0, answer.toString());
    assertEquals(
        answer.usage().promptTokens() + answer.usage().completionTokens(),
        answer.usage().totalTokens());
  }

  @Test
  void allOfTheCallIsSent() throws Exception {
    var schema =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    "{\"type\":\"object\",\"required\":[\"a\"],\"additionalProperties\":false}");
    client.complete(
        call().withSchema("findings", schema).withTemperature(0.7).withCorrelationId("corr-1"));
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
    assertEquals("job-1:review", request.header("idempotency-key").orElseThrow());
    assertEquals("corr-1", request.header("x-correlation-id").orElseThrow());
    assertEquals("Bearer key-1", request.header("authorization").orElseThrow());
  }

  @Test
  void theTraceOfTheWorkGoesOnToTheModel() {
    String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    var _ =
        Tracing.resumed(
            Map.of("traceparent", parent), () -> assertDoesNotThrow(() -> client.complete(call())));
    var request = endpoint.requests("/v1/chat/completions").getFirst();
    assertEquals(parent, request.header("traceparent").orElseThrow());
  }

  @Test
  void aTransientFailureIsTriedAgainUnderTheSameKey() throws Exception {
    endpoint.enqueue(new Mood.Failure(500, "oops"), new Mood.Answer("ok"));
    assertInstanceOf(LlmAnswer.Completed.class, client.complete(call()));
    var keys =
        endpoint.requests("/v1/chat/completions").stream()
            .map(request -> request.header("idempotency-key").orElseThrow())
            .toList();
    assertEquals(List.of("job-1:review", "job-1:review"), keys);
  }

  @Test
  void aLongRetryAfterIsLeftToTheCaller() {
    endpoint.byDefault(new Mood.RateLimited(Duration.ofMinutes(2)));
    var thrown = assertThrows(LlmTransientException.class, () -> client.complete(call()));
    assertEquals(Optional.of(Duration.ofMinutes(2)), thrown.retryAfter());
    assertEquals(1, endpoint.requests("/v1/chat/completions").size());
  }

  @Test
  void aRefusalIsNotTriedAgain() {
    endpoint.byDefault(new Mood.WrongKey());
    var thrown = assertThrows(LlmRejectedException.class, () -> client.complete(call()));
    assertEquals(401, thrown.status());
    assertEquals(1, endpoint.requests("/v1/chat/completions").size());
    assertEquals(1, meters.get("weir.llm.client.calls").tag("outcome", "rejected").timer().count());
  }

  @Test
  void anEndpointWithoutAWorkingModelIsUnavailable() {
    endpoint.byDefault(new Mood.Failure(503, "all models are away"));
    var thrown = assertThrows(DependencyUnavailableException.class, () -> client.complete(call()));
    assertEquals("llm", thrown.dependency());
  }

  @Test
  void anEndpointThatIsNotThereIsUnavailableAndItsProbeFails() throws Exception {
    client.probe();
    endpoint.close();
    assertThrows(DependencyUnavailableException.class, () -> client.complete(call()));
    assertThrows(DependencyUnavailableException.class, client::probe);
  }

  @Test
  void aSilentEndpointCostsNoMoreThanTheDeadline() {
    endpoint.byDefault(new Mood.Silent());
    Instant begun = Instant.now();
    var thrown =
        assertThrows(
            LlmTransientException.class,
            () -> client.complete(call(Instant.now().plus(Duration.ofMillis(500)))));
    assertEquals("the model endpoint did not answer in time", thrown.getMessage());
    Duration took = Duration.between(begun, Instant.now());
    assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took.toString());
  }

  @Test
  void garbageTruncatedAndEmptyAnswersAreTransient() {
    for (Mood mood :
        new Mood[] {new Mood.Garbage("<html>"), new Mood.Truncated("half"), new Mood.Answer("")}) {
      endpoint.byDefault(mood);
      assertThrows(LlmTransientException.class, () -> client.complete(call()), mood.toString());
    }
  }

  @Test
  void theOfflineModelIsToldApartByNameAndByErrorCode() throws Exception {
    endpoint.enqueue(new Mood.Answer("canned"));
    assertInstanceOf(LlmAnswer.OfflineOnly.class, client.complete(call().withModel("offline")));

    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              "{\"error\":{\"message\":\"no model\",\"type\":\"x\",\"param\":null,\"code\":\"offline_only\"}}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(400, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try (var offline = closing("http://127.0.0.1:" + server.getAddress().getPort() + "/v1")) {
      assertInstanceOf(LlmAnswer.OfflineOnly.class, offline.client().complete(call()));
    } finally {
      server.stop(0);
    }
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
                    ended.complete(client.complete(call()));
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

  private static LlmCall call() {
    return call(Instant.now().plus(Duration.ofSeconds(30)));
  }

  private static LlmCall call(Instant deadline) {
    return LlmCall.of("You are terse.", "Describe Earth.", 100, "job-1:review", deadline);
  }

  private LlmClient client(String baseUrl) {
    return new LlmClient(
        new LlmSettings(
            baseUrl,
            Optional.of(new Secret("key-1")),
            Optional.of("some-model"),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20)),
        meters,
        Clock.systemUTC(),
        new Random(1));
  }

  private record Closing(LlmClient client) implements AutoCloseable {
    @Override
    public void close() {
      client.close();
    }
  }

  private Closing closing(String baseUrl) {
    return new Closing(client(baseUrl));
  }
}
