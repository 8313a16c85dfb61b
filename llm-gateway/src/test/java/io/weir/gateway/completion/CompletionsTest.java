package io.weir.gateway.completion;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.Completions.Streaming;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.provider.Offline;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.proto.v1.LlmUsage;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CompletionsTest {
  private static final Failure AWAY = Failure.unreachable("away");
  private static final Failure BROKEN = Failure.providerError("broken", "provider_error");
  private static final Failure UNKNOWN = Failure.modelNotFound("unknown");
  private static final Failure REFUSED = Failure.invalid("no", "top_p");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void theNextCandidateIsAskedWhenAFailureMayPass() throws Exception {
    var completions = completions(new ScriptedProvider("one", BROKEN), new ScriptedProvider("two"));
    var answered =
        assertInstanceOf(Reply.Answered.class, completions.complete(ask("m"), Counting.ASKER));
    assertEquals("two", answered.by().provider());
    assertEquals(1, meters.get("weir.llm.calls").tag("outcome", "ok").counter().count());
    assertEquals(
        1, meters.get("weir.llm.calls").tag("outcome", "provider_error").counter().count());
  }

  @Test
  void aRefusalIsNotTakenToTheNext() throws Exception {
    var completions =
        completions(new ScriptedProvider("one", REFUSED), new ScriptedProvider("two"));
    var failed =
        assertInstanceOf(Reply.Failed.class, completions.complete(ask("m"), Counting.ASKER));
    assertEquals(REFUSED, failed.failure());
  }

  @Test
  void thatAModelIsUnknownIsOnlySaidWhenNobodyHasIt() throws Exception {
    var unknown = completions(new ScriptedProvider("one", UNKNOWN), new ScriptedProvider("two"));
    assertInstanceOf(Reply.Answered.class, unknown.complete(ask("m"), Counting.ASKER));
    for (Failure other : List.of(BROKEN, AWAY)) {
      var first =
          completions(new ScriptedProvider("one", UNKNOWN), new ScriptedProvider("two", other));
      var second =
          completions(new ScriptedProvider("one", other), new ScriptedProvider("two", UNKNOWN));
      for (Completions either : List.of(first, second)) {
        assertEquals(new Reply.Failed(other), either.complete(ask("m"), Counting.ASKER));
      }
    }
    var nobody =
        completions(new ScriptedProvider("one", UNKNOWN), new ScriptedProvider("two", UNKNOWN));
    assertEquals(new Reply.Failed(UNKNOWN), nobody.complete(ask("m"), Counting.ASKER));
  }

  @Test
  void thatAllAreAwayIsOnlySaidWhenAllAre() throws Exception {
    var mixed = completions(new ScriptedProvider("one", BROKEN), new ScriptedProvider("two", AWAY));
    assertEquals(
        BROKEN,
        assertInstanceOf(Reply.Failed.class, mixed.complete(ask("m"), Counting.ASKER)).failure());
    var away = completions(new ScriptedProvider("one", AWAY), new ScriptedProvider("two", AWAY));
    assertEquals(
        AWAY,
        assertInstanceOf(Reply.Failed.class, away.complete(ask("auto"), Counting.ASKER)).failure());
    assertTrue(away.asksEveryProvider("auto"));
    assertTrue(away.asksEveryProvider("m"));
    assertFalse(away.asksEveryProvider("one-own"));
    assertFalse(away.asksEveryProvider("two:m"));
  }

  /** Anthropic tells one token of output with the first event, and the rest at the end. */
  @Test
  void ofAStreamThatIsLeftWhatWasSaidIsCounted() throws Exception {
    var told = new CopyOnWriteArrayList<LlmUsage>();
    String words = "Sphinx of black quartz, judge my vow; then pack five dozen liquor jugs.";
    var catalogue =
        new Catalogue(List.of(new ScriptedProvider(words)), new Offline(Clock.systemUTC()));
    var completions = Counting.telling(catalogue, Counting.routing(), meters, told);
    for (int parts : List.of(2, 3)) {
      var begun =
          assertInstanceOf(Streaming.Begun.class, completions.stream(ask("m"), Counting.ASKER));
      try (AnswerStream stream = begun.stream()) {
        for (int i = 0; i < parts; i++) {
          stream.next();
        }
      }
      Await.until("it is told", Duration.ofSeconds(20), () -> told.size() == parts - 1);
    }
    LlmUsage left = told.getFirst();
    assertEquals("cancelled", left.getOutcome());
    assertEquals(1, left.getInputTokens());
    assertTrue(left.getOutputTokens() > 10 && left.getEstimated(), left::toString);
    LlmUsage whole = told.getLast();
    assertEquals("ok", whole.getOutcome());
    assertEquals(2, whole.getOutputTokens());
    assertFalse(whole.getEstimated());
  }

  @Test
  void whatAFailureHasCostIsCharged() throws Exception {
    var told = new CopyOnWriteArrayList<LlmUsage>();
    var catalogue =
        new Catalogue(
            List.of(ScriptedProvider.charging("one", new Usage(7, 3, 0), BROKEN)),
            new Offline(Clock.systemUTC()));
    var completions = Counting.telling(catalogue, Counting.routing(), meters, told);
    assertEquals(new Reply.Failed(BROKEN), completions.complete(ask("m"), Counting.ASKER));
    Await.until("it is told", Duration.ofSeconds(20), () -> told.size() == 1);
    assertEquals(7, told.getFirst().getInputTokens());
    assertEquals(3, told.getFirst().getOutputTokens());
    assertTrue(told.getFirst().getCostMicroUsd() > 0);
  }

  /** However often it is looked at, and if there is nobody else to ask. */
  @Test
  void whatGoesOnAtTheProviderIsOneCallOfTheLedger() throws Exception {
    for (ScriptedProvider[] providers :
        new ScriptedProvider[][] {
          {ScriptedProvider.durable("one")},
          {ScriptedProvider.durable("one"), new ScriptedProvider("two")}
        }) {
      var told = new CopyOnWriteArrayList<LlmUsage>();
      var catalogue = new Catalogue(List.of(providers), new Offline(Clock.systemUTC()));
      var completions = Counting.telling(catalogue, Counting.routing(), meters, told);
      var _ = completions.completeDurable(ask("one:m"), Counting.ASKER, "work-1");
      var _ = completions.completeDurable(ask("one:m"), Counting.ASKER, "work-1");
      assertEquals(2, told.size());
      assertEquals(told.getFirst().getRequestId(), told.getLast().getRequestId());
    }
  }

  @Test
  void theProbeSucceedsAsSoonAsOneProviderIsThere() {
    var clock = Clock.systemUTC();
    var all =
        new Catalogue(
            List.of(new ScriptedProvider("one", AWAY), new ScriptedProvider("two", AWAY)),
            new Offline(clock));
    assertThrows(DependencyUnavailableException.class, all::probe);
    var one =
        new Catalogue(
            List.of(new ScriptedProvider("one", AWAY), new ScriptedProvider("two")),
            new Offline(clock));
    assertDoesNotThrow(one::probe);
  }

  private Completions completions(ScriptedProvider... providers) {
    var catalogue = new Catalogue(List.of(providers), new Offline(Clock.systemUTC()));
    return Counting.nothing(catalogue, meters);
  }

  private static ChatRequest ask(String model) {
    String body = "{\"model\":\"" + model + "\",\"messages\":[{}]}";
    return assertInstanceOf(
            ChatRequestReader.Result.Valid.class,
            ChatRequestReader.read(body.getBytes(StandardCharsets.UTF_8)))
        .request();
  }
}
