package io.weir.gateway.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.completion.AnswerCache;
import io.weir.gateway.completion.AnswerShelf;
import io.weir.gateway.completion.Catalogue;
import io.weir.gateway.completion.Counting;
import io.weir.gateway.completion.ScriptedProvider;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Failure.Kind;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.provider.Offline;
import io.weir.gateway.tools.NoTools;
import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.platform.contract.Codecs;
import io.weir.proto.v1.LlmChunk;
import io.weir.proto.v1.LlmChunk.Ending;
import io.weir.proto.v1.LlmError;
import io.weir.proto.v1.LlmError.Code;
import io.weir.proto.v1.LlmRequest;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlmRequestHandlerTest {
  private static final String ASK = "{\"model\":\"m\",\"messages\":[{}]}";
  private final List<Outgoing> lastWords = new ArrayList<>();
  private final List<LlmChunk> tokens = new CopyOnWriteArrayList<>();

  @Test
  void anAnswerIsPublishedUnderItsCorrelationWithTheSameIdEachTime() throws Exception {
    var handler = handler(new ScriptedProvider("one"));
    Outgoing first = done(handler.handle(delivery("c-1", ASK)));
    Outgoing second = done(handler.handle(delivery("c-1", ASK)));
    assertEquals("ai.llm.response.c-1", first.subject().name());
    assertEquals("c-1", first.correlationId());
    assertEquals(first.id(), second.id());
    LlmResponse response = Codecs.LLM_RESPONSE.decode(first.payload(), first.contentType());
    assertEquals("{\"by\":\"one\"}", response.getResponseJson().toStringUtf8());
    assertEquals("one", response.getProvider());
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_REQUEST, CODE_VALIDATION_ERROR",
    "OFFLINE_ONLY, CODE_VALIDATION_ERROR",
    "MODEL_NOT_FOUND, CODE_NOT_FOUND",
    "PROVIDER_NOT_FOUND, CODE_PROVIDER_NOT_FOUND",
    "PROVIDER_REFUSED, CODE_LLM_ERROR",
    "PROVIDER_CREDENTIALS, CODE_UNAUTHORIZED",
  })
  void aFailureForGoodIsAnErrorWithItsCode(Kind kind, Code code) throws Exception {
    var failure = new Failure(kind, 400, "why", "field", "its_code", null);
    var handler = handler(new ScriptedProvider("one", failure));
    Outgoing outgoing = done(handler.handle(delivery("c-1", ASK)));
    assertEquals("ai.llm.error.c-1", outgoing.subject().name());
    LlmError error = Codecs.LLM_ERROR.decode(outgoing.payload(), outgoing.contentType());
    assertEquals(code, error.getCode());
    assertEquals("its_code: why (field)", error.getMessage());
  }

  @Test
  void whatMayPassIsRetriedAfterTheWaitThatTheProviderAskedFor() throws Exception {
    var busy = new Failure(Kind.RATE_LIMITED, 429, "busy", null, null, Duration.ofMinutes(9));
    var handler = handler(new ScriptedProvider("one", busy));
    assertEquals(
        Outcome.retryAfter("busy", Duration.ofMinutes(9)), handler.handle(delivery("c", ASK)));
    // Meanwhile it is not asked: it would answer now.
    assertInstanceOf(Outcome.Retry.class, handler.handle(delivery("c", ASK)));
    var slow = handler(new ScriptedProvider("one", Failure.timeOut("slow")));
    assertEquals(Outcome.retry("slow"), slow.handle(delivery("c", ASK)));
  }

  @Test
  void nothingIsSpentWhileEveryProviderIsAway() throws Exception {
    var away = Failure.unreachable("away");
    var alone = handler(new ScriptedProvider("one", away));
    assertEquals(Outcome.unavailable("models", "away"), alone.handle(delivery("c", ASK)));

    var two = handler(new ScriptedProvider("one", away), new ScriptedProvider("two"));
    String explicit = ASK.replace("\"m\"", "\"one:m\"");
    assertEquals(Outcome.retry("away"), two.handle(delivery("c", explicit)));
  }

  @Test
  void aCorrelationThatCanNameNoSubjectIsDead() throws Exception {
    var handler = handler(new ScriptedProvider("one"));
    assertInstanceOf(Outcome.Dead.class, handler.handle(delivery("a.b", ASK)));
    handler.deadLettered(delivery("a.b", ASK), "dead");
    assertTrue(lastWords.isEmpty());
  }

  @Test
  void aRequestInTheDeadLettersIsAnsweredWithAnErrorToo() throws Exception {
    handler(new ScriptedProvider("one")).deadLettered(delivery("c-9", ASK), "three failures");
    assertEquals("ai.llm.error.c-9", lastWords.getFirst().subject().name());
  }

  @Test
  void aStreamIsAnsweredAsAWholeAndItsTokensAreToldMeanwhile() throws Exception {
    String ask = ASK.replace("{", "{\"stream\":true,").replace("[{\"stream\":true,", "[{");
    var handler = handler(new ScriptedProvider("one"));
    Outgoing answer = done(handler.handle(delivery("c-1", ask)));
    JsonNode whole =
        Json.MAPPER.readTree(
            Codecs.LLM_RESPONSE
                .decode(answer.payload(), answer.contentType())
                .getResponseJson()
                .toByteArray());
    assertEquals("by one", whole.at("/choices/0/message/content").asText());
    assertEquals(3, whole.at("/usage/total_tokens").asInt());
    awaitEnding(Ending.ENDING_WHOLE);
    assertEquals(2, tokens.stream().mapToInt(LlmChunk::getChunkJsonCount).sum());

    tokens.clear();
    assertEquals(answer.id(), done(handler.handle(delivery("c-1", ask))).id());
    awaitEnding(Ending.ENDING_STORED);
    assertEquals(1, tokens.size());
  }

  /** A proxy may end what was cut off behind it in order. */
  @Test
  void aStreamThatDoesNotSayWhyItEndsIsNoAnswer() throws Exception {
    String ask = ASK.replace("{", "{\"stream\":true,").replace("[{\"stream\":true,", "[{");
    var handler = handler(ScriptedProvider.cutOff("one"));
    var retry = assertInstanceOf(Outcome.Retry.class, handler.handle(delivery("c-1", ask)));
    assertTrue(retry.toString().contains("why it ends"), retry::toString);
  }

  private void awaitEnding(Ending ending) throws InterruptedException {
    Await.until(
        ending.name(),
        Duration.ofSeconds(20),
        () -> !tokens.isEmpty() && tokens.getLast().getEnding() == ending);
  }

  @Test
  void aKeyThatIsNobodysPaysForNothing() throws Exception {
    Delivery<LlmRequest> asked = delivery("c-1", ASK);
    LlmRequest named = asked.payload().toBuilder().setKeyId("weir_4fVtQ0xYb2Lm").build();
    Outgoing outgoing = done(handler(new ScriptedProvider("one")).handle(delivery("c-1", named)));
    LlmError error = Codecs.LLM_ERROR.decode(outgoing.payload(), outgoing.contentType());
    assertEquals(Code.CODE_VALIDATION_ERROR, error.getCode());
    assertTrue(error.getMessage().contains("key_id"), error.getMessage());
  }

  private static Outgoing done(Outcome outcome) {
    return assertInstanceOf(Outcome.Done.class, outcome).outgoing().getFirst();
  }

  private LlmRequestHandler handler(ScriptedProvider... providers) {
    var meters = new SimpleMeterRegistry();
    var clock = Clock.systemUTC();
    var catalogue = new Catalogue(List.of(providers), new Offline(clock));
    var completions = Counting.nothing(catalogue, meters);
    var answers =
        NoTools.over(
            completions,
            Counting.cached(
                completions,
                catalogue,
                new AnswerCache.Bounds(1 << 20, 100, Duration.ofHours(1)),
                meters,
                new CopyOnWriteArrayList<>()));
    return new LlmRequestHandler(
        completions,
        answers,
        new TokenStreams(answers, this::told, clock, meters),
        List.of(),
        Counting.kept(new AnswerShelf(1 << 20, Duration.ofHours(1), clock), clock),
        new RequestMeter(meters),
        clock,
        lastWords::add,
        Counting.askers(clock));
  }

  private Optional<CompletableFuture<Long>> told(Outgoing message) {
    tokens.add(Codecs.LLM_CHUNK.decode(message.payload(), message.contentType()));
    return Optional.of(CompletableFuture.completedFuture(1L));
  }

  private static Delivery<LlmRequest> delivery(String correlation, String json) {
    LlmRequest request =
        LlmRequest.newBuilder()
            .setCorrelationId(correlation)
            .setRequestJson(ByteString.copyFromUtf8(json))
            .build();
    return delivery(correlation, request);
  }

  private static Delivery<LlmRequest> delivery(String correlation, LlmRequest request) {
    return new Delivery<>(
        request,
        "LLM_REQUESTS",
        "llm-gateway",
        1,
        "ai.llm.request",
        "id-1",
        0,
        1,
        Instant.EPOCH,
        Instant.MAX,
        correlation,
        Map.of(),
        () -> true);
  }
}
