package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.weir.platform.contract.Scope;
import io.weir.platform.contract.Streams;
import io.weir.platform.contract.Subjects;
import io.weir.platform.usage.LlmCall;
import io.weir.proto.v1.LlmUsage;
import io.weir.proto.v1.LlmUsageBatch;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.TestNats;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that end together, from the gateway as a process by way of NATS to their rows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LedgerBatchesIT {
  private static final Duration SOON = KeyedStand.SOON;
  private static final int AT_ONCE = 64;
  private static final List<LlmCall.Outcome> OK = List.of(LlmCall.Outcome.OK);
  private static final String ASK =
      "{\"model\":\"gpt-4o-mini\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

  private KeyedStand stand;
  private Connection nats;
  private String ada = "";

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    stand = new KeyedStand(folder);
    stand.llm.byDefault(new Mood.Answer("yes", "stop", new Mood.Usage(1_000, 200)));
    nats = TestNats.connect(stand.nats.url());
    ada = stand.key("ada", Scope.CHAT);
    String first = stand.key("first", Scope.CHAT);
    // Keys are looked up in MongoDB, which the gateway does not wait for.
    Await.until("keys are known", SOON, () -> stand.send(first, ASK, "first").statusCode() == 200);
    Await.until(
        "the stream is there",
        SOON,
        () ->
            nats.jetStreamManagement().getStreamNames().contains(Streams.LLM_USAGE_BATCHES.name()));
  }

  @AfterAll
  void stop() throws Exception {
    nats.close();
    stand.close();
  }

  @Test
  void eachHasItsOwnRowOnce() throws Exception {
    long before = batches();
    int calls = 0;
    while (batches() == before) {
      calls += askAtOnce(calls);
    }
    for (int i = 0; i < calls; i++) {
      LlmCall row = stand.row("together-" + i);
      assertEquals("ada", row.user());
      assertEquals(new LlmCall.Tokens(1_000, 0, 0, 200), row.tokens());
      assertEquals(OK, outcomes("together-" + i));
    }
  }

  @Test
  void oneThatIsToldAgainInABatchIsWrittenOnceAndWhatIsKnownBetterWins() throws Exception {
    publish(call("p-1", "ok"), call("p-2", "unknown"));
    assertEquals(LlmCall.Outcome.OK, stand.row("p-1").outcome());
    assertEquals(LlmCall.Outcome.UNKNOWN, stand.row("p-2").outcome());
    publish(call("p-1", "unknown"), call("p-3", "ok"), call("p-2", "ok"));
    stand.row("p-3");
    Await.until("p-2 is known", SOON, () -> outcomes("p-2").equals(OK)); // the last that is written
    assertEquals(OK, outcomes("p-1"));
    assertEquals(OK, outcomes("p-3"));
  }

  private List<LlmCall.Outcome> outcomes(String correlation) throws InterruptedException {
    return stand.calls.ofCorrelation(correlation).stream().map(LlmCall::outcome).toList();
  }

  private int askAtOnce(int from) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Integer>>();
      for (int i = from; i < from + AT_ONCE; i++) {
        String id = "together-" + i;
        answers.add(threads.submit(() -> stand.send(ada, ASK, id).statusCode()));
      }
      for (Future<Integer> answer : answers) {
        assertEquals(200, answer.get());
      }
    }
    return AT_ONCE;
  }

  private long batches() throws IOException, JetStreamApiException {
    return nats.jetStreamManagement()
        .getStreamInfo(Streams.LLM_USAGE_BATCHES.name())
        .getStreamState()
        .getLastSequence();
  }

  private void publish(LlmUsage... calls) throws IOException, JetStreamApiException {
    var batch = LlmUsageBatch.newBuilder().addAllCalls(List.of(calls)).build();
    var _ = nats.jetStream().publish(Subjects.LLM_USAGE_BATCH.with().name(), batch.toByteArray());
  }

  private static LlmUsage call(String id, String outcome) {
    return LlmUsage.newBuilder()
        .setRequestId(id)
        .setCorrelationId(id)
        .setProvider("openai")
        .setModel("gpt-4o-mini")
        .setUserId("eve")
        .setOutcome(outcome)
        .build();
  }
}
