package io.weir.platform.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.weir.platform.Store;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.LlmCall.Outcome;
import io.weir.platform.usage.LlmCall.Tokens;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a key may use, beside what its user may. */
@OnEveryStore
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class KeyBudgetIT {
  private static final Quota QUOTA = new Quota(10_000, 1_000);
  private static final KeyLimit LIMIT = new KeyLimit("aB3", new KeyBudget(1_000, 500));

  private final StoreServer on;
  private Store store;
  private Usage usage;

  KeyBudgetIT(StoreServer on) {
    this.on = on;
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(on, Usage.indexes().toArray(Indexes[]::new));
    usage = new Usage(store.mongo, "llm-gateway", Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private ReserveResult reserve(Optional<KeyLimit> limit, long tokens, long micros)
      throws InterruptedException {
    return usage.reserve("ann", QUOTA, 1_000, "w", Room.of(tokens, micros), limit);
  }

  private Charge reserved(long tokens, long micros) throws InterruptedException {
    return assertInstanceOf(
            ReserveResult.Reserved.class, reserve(Optional.of(LIMIT), tokens, micros))
        .charge();
  }

  private UsageNumbers numbers() throws InterruptedException {
    return usage.numbers("ann", usage.month());
  }

  @Test
  void eitherLimitOfAKeyHoldsWhileItsUserHasRoom() throws InterruptedException {
    var _ = reserved(900, 100);
    var spent = assertInstanceOf(ReserveResult.KeySpent.class, reserve(Optional.of(LIMIT), 101, 1));
    assertEquals(new KeyNumbers(0, 900, 0, 100), spent.numbers());
    assertEquals(LIMIT, spent.limit());
    assertInstanceOf(ReserveResult.KeySpent.class, reserve(Optional.of(LIMIT), 1, 401));
    var other = new KeyLimit("other", new KeyBudget(50, Quota.ENDLESS));
    assertInstanceOf(ReserveResult.Reserved.class, reserve(Optional.of(other), 50, 9_999));
    assertInstanceOf(ReserveResult.KeySpent.class, reserve(Optional.of(other), 1, 0));
    assertInstanceOf(ReserveResult.Reserved.class, reserve(Optional.empty(), 8_000, 0));
    assertInstanceOf(ReserveResult.Spent.class, reserve(Optional.empty(), 2_000, 0));
    assertInstanceOf(ReserveResult.Spent.class, reserve(Optional.of(LIMIT), 2_000, 0));
  }

  @Test
  void whatWasUsedCountsInsteadOfWhatWasReserved() throws InterruptedException {
    Charge charge = reserved(600, 300);
    Charge given = reserved(100, 100);
    for (int i = 0; i < 2; i++) {
      usage.settle(charge, new Spend("m", 250, 50, 40));
      usage.refund(given);
    }
    assertEquals(new KeyNumbers(300, 0, 40, 0), numbers().of("aB3"));
    assertEquals(300, numbers().tokensUsed());
    assertEquals(charge, usage.ledger().find(charge.id()).orElseThrow().charge());
    var _ = reserved(700, 460);
    assertInstanceOf(ReserveResult.KeySpent.class, reserve(Optional.of(LIMIT), 1, 0));
  }

  @Test
  void ofManyAtOnceOnlySoManyFitIntoAKeysBudget() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = new ArrayList<Callable<ReserveResult>>();
      for (int i = 0; i < 64; i++) {
        tries.add(() -> reserve(Optional.of(LIMIT), 10, 45));
      }
      long got = 0;
      for (var result : threads.invokeAll(tries)) {
        got += result.get() instanceof ReserveResult.Reserved ? 1 : 0;
      }
      assertEquals(11, got);
    }
    assertEquals(new KeyNumbers(0, 110, 0, 495), numbers().of("aB3"));
  }

  @Test
  void aCallThatComesLateIsPaidByItsKeyToo() throws InterruptedException {
    var calls = new LlmCalls(store.mongo, usage);
    Charge charge = reserved(600, 300);
    usage.refund(charge);
    calls.write(List.of(late(charge)));
    assertEquals(new KeyNumbers(30, 0, 7, 0), numbers().of("aB3"));
    assertEquals(List.of(), new Audit(store.mongo).of("ann", usage.month()).differences());
  }

  private static LlmCall late(Charge charge) {
    return new LlmCall(
        "late",
        Instant.now(),
        "p",
        "m",
        new Tokens(30, 0, 0, 0),
        false,
        7,
        "ann",
        "aB3",
        "c",
        "chat_completions",
        5,
        Outcome.OK,
        charge.id());
  }
}
