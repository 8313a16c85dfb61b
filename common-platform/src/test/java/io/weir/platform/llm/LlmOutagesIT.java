package io.weir.platform.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.llm.LlmTransientException.Kind;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose fault a failure is: the call's, the endpoint's for now, or the endpoint's altogether. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LlmOutagesIT {
  private static final Duration OPEN = Duration.ofSeconds(30);
  private static final Map<String, String> AT_ONCE = Map.of("retry-after-ms", "1");

  private final CannedEndpoint endpoint = new CannedEndpoint();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Ahead clock = new Ahead();
  private final LlmClient client = client(endpoint.baseUrl());
  private final Bill bill = new Bill();

  @AfterEach
  void stop() {
    client.close();
    endpoint.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 402, 403})
  void aWrongKeyOrNoMoneyIsNoCallsFaultAndTheProbeSaysSo(int status) throws InterruptedException {
    endpoint.fails(status, "invalid_api_key", Map.of());
    var thrown = assertThrows(DependencyUnavailableException.class, this::ask);
    assertEquals("llm", thrown.dependency());
    assertTrue(String.valueOf(thrown.getMessage()).contains("answered " + status));
    assertEquals(1, endpoint.requests(), "the same key will not do better");
    assertThrows(DependencyUnavailableException.class, client::probe);

    endpoint.completes("at last");
    client.probe();
    assertInstanceOf(LlmAnswer.Completed.class, ask());
  }

  @Test
  void aGatewayWithAWrongKeyForItsProviderIsWaitedForToo() {
    endpoint.fails(502, "provider_unauthorized", Map.of("x-should-retry", "false"));
    assertThrows(DependencyUnavailableException.class, this::ask);
    assertEquals(1, endpoint.requests());
  }

  @Test
  void aBusyEndpointIsAskedAgainWhenItSaid() throws InterruptedException {
    endpoint.fails(503, "overloaded", Map.of("Retry-After", "120"));
    var thrown = assertThrows(LlmTransientException.class, this::ask);
    assertEquals(Kind.BUSY, thrown.kind());
    assertEquals(Optional.of(Duration.ofMinutes(2)), thrown.retryAfter());
    assertEquals(1, count("busy"));
    client.probe();
  }

  @ParameterizedTest
  @CsvSource({"provider_unreachable", "cancelled", "unavailable"})
  void aGatewayThatHasNoModelOrStopsIsAwayThoughItSaysWhenToComeBack(String code) {
    endpoint.fails(503, code, Map.of("Retry-After", "5"));
    assertThrows(DependencyUnavailableException.class, this::ask);
  }

  @Test
  void whatStandsBeforeTheApiAndWhatDoesNotSayWhenToComeBackIsAway() {
    endpoint.answers(503, Map.of("Retry-After", "5"), "{\"title\":\"starting\",\"status\":503}");
    assertThrows(DependencyUnavailableException.class, this::ask);
    endpoint.fails(503, "overloaded", Map.of());
    assertThrows(DependencyUnavailableException.class, this::ask);
  }

  @Test
  void anEndpointThatKeepsFailingIsLeftAloneUntilOneCallGetsAnAnswer() throws Exception {
    endpoint.fails(500, "oops", AT_ONCE);
    assertEquals(Kind.FAILED, assertThrows(LlmTransientException.class, this::ask).kind());
    assertThrows(LlmTransientException.class, this::ask, "said of the call: it did fail");
    assertEquals(5, endpoint.requests(), "the circuit opens at the fifth failure in a row");

    assertThrows(DependencyUnavailableException.class, this::ask);
    assertThrows(DependencyUnavailableException.class, client::probe);
    assertEquals(5, endpoint.requests(), "an open circuit asks nobody");

    clock.forward(OPEN);
    assertThrows(DependencyUnavailableException.class, client::probe, "it still fails");
    assertThrows(DependencyUnavailableException.class, this::ask);
    assertEquals(6, endpoint.requests());

    clock.forward(OPEN);
    endpoint.completes("back");
    client.probe();
    assertInstanceOf(LlmAnswer.Completed.class, ask());
    endpoint.fails(500, "oops", AT_ONCE);
    assertThrows(LlmTransientException.class, this::ask);
    assertEquals(11, endpoint.requests(), "closed again: all three tries are made");
  }

  @Test
  void aCallThatAloneAlwaysFailsIsNotTakenForAnOutageForEver() {
    endpoint.fails(500, "oops", AT_ONCE);
    for (int i = 0; i < 4; i++) {
      assertThrows(LlmTransientException.class, this::ask, "delivery " + i);
      clock.forward(OPEN);
    }
  }

  @Test
  void whileOneCallTriesTheEndpointOthersAndTheProbeWait() throws Exception {
    try (ScriptedLlm slow = ScriptedLlm.start()) {
      var tried = client(slow.baseUrl());
      slow.byDefault(new Mood.Failure(503, "away"));
      for (int i = 0; i < 5; i++) {
        assertThrows(DependencyUnavailableException.class, () -> ask(tried));
      }
      clock.forward(OPEN);
      slow.byDefault(new Mood.Silent());
      var ended = new CompletableFuture<LlmAnswer>();
      Thread trial = Thread.ofVirtual().start(() -> complete(tried, ended));
      slow.awaitRequest(5, Duration.ofSeconds(10));
      assertThrows(DependencyUnavailableException.class, () -> ask(tried));
      assertThrows(DependencyUnavailableException.class, tried::probe);
      assertEquals(6, slow.requests().size());

      trial.interrupt();
      assertInstanceOf(
          InterruptedException.class,
          assertThrows(ExecutionException.class, () -> ended.get(10, TimeUnit.SECONDS)).getCause());
      slow.byDefault(new Mood.Answer("back"));
      assertInstanceOf(LlmAnswer.Completed.class, ask(tried), "an interrupt is nobody's failure");
      tried.close();
    }
  }

  @Test
  void aRefusedCallSaysNothingAgainstTheEndpoint() throws InterruptedException {
    endpoint.fails(400, "context_length_exceeded", Map.of());
    for (int i = 0; i < 10; i++) {
      assertEquals(400, assertThrows(LlmRejectedException.class, this::ask).status());
    }
    client.probe();
  }

  @Test
  void anEndpointThatCouldNotBeReachedIsAskedAsSoonAsItIsBack() throws Exception {
    ScriptedLlm first = ScriptedLlm.start();
    var far = client(first.baseUrl());
    first.close();
    for (int i = 0; i < 10; i++) {
      assertThrows(DependencyUnavailableException.class, () -> ask(far));
    }
    try (ScriptedLlm again = ScriptedLlm.start(first.port())) {
      far.probe();
      assertInstanceOf(LlmAnswer.Completed.class, ask(far));
      assertEquals(1, again.requests("/v1/chat/completions").size());
    }
    far.close();
  }

  @Test
  void anAnswerOfNoUseAndAnAnswerFromTheShelfAreCountedOnce() throws Exception {
    endpoint.completes(" ");
    assertThrows(LlmTransientException.class, this::ask);
    assertEquals(new LlmUsage(100, 10, 110), bill.usage(), "three tries got the same answer");

    endpoint.completes("seven");
    assertInstanceOf(LlmAnswer.Completed.class, ask());
    assertEquals(110, bill.usage().totalTokens());
    assertEquals(100, meters.get("weir.llm.client.tokens").tag("kind", "prompt").counter().count());

    client.complete(call().withStep("other"), bill);
    assertEquals(220, bill.usage().totalTokens(), "the same id for another step is another answer");
  }

  @Test
  void aCallOfWhichNothingCameBackMayHaveBeenPaidAndIsCountedAsUnknown() {
    endpoint.answers(200, Map.of(), "<html>");
    assertEquals(Kind.UNKNOWN, assertThrows(LlmTransientException.class, this::ask).kind());
    assertEquals(3, count("unknown"));
  }

  private long count(String outcome) {
    return meters.get("weir.llm.client.calls").tag("outcome", outcome).timer().count();
  }

  private LlmAnswer ask() throws InterruptedException {
    return ask(client);
  }

  private LlmAnswer ask(LlmClient asked) throws InterruptedException {
    return asked.complete(call(), bill);
  }

  private void complete(LlmClient asked, CompletableFuture<LlmAnswer> ended) {
    try {
      ended.complete(ask(asked));
    } catch (Exception e) {
      ended.completeExceptionally(e);
    }
  }

  private LlmCall call() {
    return LlmCall.of(
        "job-1", "answer", "Count.", "How many?", 100, clock.instant().plusSeconds(30));
  }

  private LlmClient client(String baseUrl) {
    return new LlmClient(
        new LlmSettings(
            baseUrl,
            Optional.empty(),
            Optional.of("some-model"),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            OPEN),
        meters,
        clock,
        new Random(1));
  }

  /** The time, and what it was put forward by. */
  private static final class Ahead extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    void forward(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("it has one zone");
    }
  }
}
