package io.weir.gateway.completion;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.provider.Offline;
import io.weir.messaging.DependencyUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionsTest {
  private static final Failure AWAY = Failure.unreachable("away");
  private static final Failure BROKEN = Failure.providerError("broken", "provider_error");
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
