package io.weir.platform.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.Store;
import io.weir.platform.usage.LlmCall.Outcome;
import io.weir.platform.usage.LlmCall.Tokens;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LlmCallsIT {
  private Store store;
  private Usage usage;
  private LlmCalls calls;

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(LlmCalls.indexes());
    usage = new Usage(store.mongo, "llm-gateway", Clock.systemUTC());
    calls = new LlmCalls(store.mongo, usage);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aPurchaseThatIsToldTwiceIsOneRow() throws Exception {
    calls.write(List.of(call("a", Outcome.OK, 10, ""), call("a", Outcome.OK, 10, "")));
    calls.write(List.of(call("a", Outcome.OK, 10, "")));
    assertEquals(1, calls.byModel(usage.month()).getFirst().calls());
  }

  @Test
  void unknownGivesWayToWhatIsKnownWhicheverComesFirst() throws Exception {
    calls.write(List.of(call("a", Outcome.UNKNOWN, 5, "")));
    calls.write(List.of(call("a", Outcome.OK, 10, "")));
    calls.write(List.of(call("b", Outcome.OK, 10, "")));
    calls.write(List.of(call("b", Outcome.UNKNOWN, 5, "")));
    calls.write(List.of(call("c", Outcome.OK, 10, ""), call("c", Outcome.UNKNOWN, 5, "")));
    for (String id : List.of("a", "b", "c")) {
      assertEquals(Outcome.OK, calls.find(id).orElseThrow().outcome(), id);
      assertEquals(10, calls.find(id).orElseThrow().tokens().input(), id);
    }
  }

  @Test
  void aChargeIsWhatItsCallsComeTo() throws Exception {
    Charge charge = usage.open("ada", "allowance", 1_000);
    calls.write(
        List.of(
            call("a", Outcome.OK, 100, charge.id()),
            call("b", Outcome.ERROR, 0, charge.id()),
            call("c", Outcome.UNKNOWN, 50, charge.id()),
            call("d", Outcome.OK, 70, "another")));
    LlmCalls.Sums sums = calls.sums(charge.id());
    assertEquals(3, sums.calls());
    assertEquals(2, sums.spend().requests());
    assertEquals(150, sums.spend().tokens());
    var several = calls.sums(Set.of(charge.id(), "another", "none"));
    assertEquals(Set.of(charge.id(), "another"), several.keySet());
    assertEquals(sums, several.get(charge.id()));
    assertEquals(70, several.getOrDefault("another", LlmCalls.Sums.NONE).spend().inputTokens());
    usage.settle(charge, sums.spend());
    assertEquals(2, usage.numbers("ada", usage.month()).requestsUsed());
    assertEquals(List.of(), new Audit(store.mongo).of("ada", usage.month()).differences());
  }

  @Test
  void aCallThatComesAfterItsChargeHasEndedGetsOneOfItsOwn() throws Exception {
    Charge charge = usage.open("ada", "allowance", 1_000);
    calls.write(List.of(call("a", Outcome.UNKNOWN, 100, charge.id())));
    usage.settle(charge, calls.sums(charge.id()).spend());
    for (int i = 0; i < 2; i++) {
      calls.write(List.of(call("late", Outcome.OK, 30, charge.id())));
      calls.write(List.of(call("a", Outcome.OK, 999, charge.id())));
    }
    assertEquals(130, usage.numbers("ada", usage.month()).tokensUsed());
    assertEquals(100, calls.find("a").orElseThrow().tokens().input());
    assertEquals(List.of(), new Audit(store.mongo).of("ada", usage.month()).differences());
  }

  @Test
  void theAuditFindsACallThatNoChargeHasCounted() throws Exception {
    Charge charge = usage.open("ada", "allowance", 1_000);
    calls.write(List.of(call("a", Outcome.OK, 100, charge.id())));
    usage.settle(charge, new Spend("m", 90, 0, 90));
    List<String> differences = new Audit(store.mongo).of("ada", usage.month()).differences();
    assertTrue(differences.getFirst().contains(charge.id()), differences.toString());
  }

  private static LlmCall call(String id, Outcome outcome, long tokens, String charge) {
    return new LlmCall(
        id,
        Instant.now(),
        "p",
        "m",
        new Tokens(tokens, 0, 0, 0),
        false,
        tokens,
        "ada",
        "",
        "c",
        "chat_completions",
        5,
        outcome,
        charge);
  }
}
