package io.weir.platform.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.Store;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.LedgerRow.Outcome;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEveryStore
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class UsageIT {
  private static final Quota QUOTA = new Quota(1_000, 5);
  private static final int CAP = 3;
  private static final YearMonth MONTH = YearMonth.of(2026, 1);

  private final Ticking clock = new Ticking(Instant.parse("2026-01-31T23:30:00Z"));
  private final StoreServer on;
  private Store store;
  private Usage usage;

  UsageIT(StoreServer on) {
    this.on = on;
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(on, Usage.indexes().toArray(Indexes[]::new));
    usage = new Usage(store.mongo, "review", clock);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private Charge reserved(String work, long tokens) throws InterruptedException {
    return assertInstanceOf(
            ReserveResult.Reserved.class, usage.reserve("ann", QUOTA, CAP, work, tokens))
        .charge();
  }

  private static Spend spend(long tokens) {
    return new Spend("m", tokens - 1, 1, 7);
  }

  private UsageNumbers numbers() throws InterruptedException {
    return usage.numbers("ann", MONTH);
  }

  @Test
  void whatIsReservedIsSettledWithWhatWasUsed() throws InterruptedException {
    Charge charge = reserved("w", 600);
    assertEquals(new UsageNumbers("ann", MONTH, 0, 600, 0, 1, 0, 1), numbers());
    assertEquals(Outcome.SETTLED, usage.settle(charge, spend(150)).outcome());
    assertEquals(new UsageNumbers("ann", MONTH, 150, 0, 1, 0, 7, 0), numbers());
    assertEquals(1, usage.ledger().rows("ann", MONTH, 0, 10).size());
  }

  @Test
  void aSecondEndChangesNothing() throws InterruptedException {
    Charge charge = reserved("w", 600);
    var first = usage.settle(charge, spend(150));
    assertEquals(first, usage.settle(charge, spend(900)));
    assertEquals(first, usage.refund(charge));
    assertEquals(new UsageNumbers("ann", MONTH, 150, 0, 1, 0, 7, 0), numbers());
  }

  @Test
  void whatIsGivenBackIsFreeAgainAndIsNotSettledLater() throws InterruptedException {
    Charge charge = reserved("w", 600);
    usage.refund(charge);
    assertEquals(new UsageNumbers("ann", MONTH, 0, 0, 0, 0, 0, 0), numbers());
    assertEquals(Outcome.REFUNDED, usage.settle(charge, spend(150)).outcome());
    assertEquals(new UsageNumbers("ann", MONTH, 0, 0, 0, 0, 0, 0), numbers());
  }

  @Test
  void aSpentQuotaIsToldWithItsNumbers() throws InterruptedException {
    usage.settle(reserved("w1", 500), spend(700));
    var spent =
        assertInstanceOf(ReserveResult.Spent.class, usage.reserve("ann", QUOTA, CAP, "w2", 301));
    assertEquals(700, spent.numbers().tokensUsed());
    assertEquals(301, spent.wanted());
    var _ = reserved("w3", 300);
  }

  @Test
  void requestsHaveALimitOfTheirOwn() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      usage.settle(reserved("w" + i, 1), Spend.NONE);
    }
    assertInstanceOf(ReserveResult.Spent.class, usage.reserve("ann", QUOTA, CAP, "w", 1));
    assertInstanceOf(ReserveResult.Reserved.class, usage.reserve("bob", QUOTA, CAP, "w", 1));
  }

  @Test
  void onlySoMuchWorkIsOpenAtOnce() throws InterruptedException {
    Charge first = reserved("w1", 1);
    var _ = reserved("w2", 1);
    var _ = reserved("w3", 1);
    assertEquals(new ReserveResult.TooManyOpen(3, CAP), usage.reserve("ann", QUOTA, CAP, "w4", 1));
    usage.refund(first);
    var _ = reserved("w4", 1);
  }

  @Test
  void aNewMonthBeginsWithNothingAndOldWorkCountsInItsOwn() throws InterruptedException {
    Charge old = reserved("w", 900);
    clock.forward(Duration.ofHours(1));
    assertEquals(YearMonth.of(2026, 2), reserved("w2", 900).month());
    usage.settle(old, spend(900));
    assertEquals(900, numbers().tokensUsed());
    assertEquals(0, usage.numbers("ann", YearMonth.of(2026, 2)).tokensUsed());
  }

  @Test
  void ofManyAtOnceOnlySoManyFit() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = new ArrayList<Callable<ReserveResult>>();
      for (int i = 0; i < 64; i++) {
        String work = "w" + i;
        tries.add(() -> usage.reserve("ann", new Quota(1_000, 100), 100, work, 90));
      }
      long got = 0;
      for (var result : threads.invokeAll(tries)) {
        got += result.get() instanceof ReserveResult.Reserved ? 1 : 0;
      }
      assertEquals(11, got);
    }
    assertEquals(new UsageNumbers("ann", MONTH, 0, 990, 0, 11, 0, 11), numbers());
  }

  @Test
  void chargesThatNobodyEndedAreEndedAsTheirWorkSays() throws InterruptedException {
    Charge done = reserved("done", 100);
    Charge gone = reserved("gone", 100);
    Charge alive = reserved("alive", 100);
    var sweeper =
        new UsageSweeper(
            usage,
            charge ->
                switch (charge.work()) {
                  case "done" -> new WorkState.Finished(spend(50));
                  case "gone" -> new WorkState.Gone();
                  default -> new WorkState.Alive();
                },
            Duration.ofMinutes(1));
    assertEquals(0, sweeper.sweep(), "nothing is overdue");
    clock.forward(Usage.OPEN_FOR);
    assertEquals(2, sweeper.sweep());
    assertEquals(new UsageNumbers("ann", MONTH, 50, 100, 1, 1, 7, 1), numbers());
    assertEquals(0, sweeper.sweep(), "what is alive is left open for as long again");
    assertTrue(usage.ledger().find(alive.id()).isEmpty());
    assertEquals(Outcome.SETTLED, usage.ledger().find(done.id()).orElseThrow().outcome());
    assertEquals(Outcome.REFUNDED, usage.ledger().find(gone.id()).orElseThrow().outcome());
  }

  @Test
  void whatWasDecidedAndNotCountedIsCountedByTheSweeper() throws InterruptedException {
    Charge charge = reserved("w", 100);
    usage.ledger().decide(new LedgerRow(charge, Outcome.SETTLED, spend(50), clock.instant()));
    clock.forward(Usage.OPEN_FOR);
    var sweeper = new UsageSweeper(usage, _ -> new WorkState.Gone(), Duration.ofMinutes(1));
    assertEquals(1, sweeper.sweep());
    assertEquals(new UsageNumbers("ann", MONTH, 50, 0, 1, 0, 7, 0), numbers());
  }

  @Test
  void whatWasDecidedIsWhatIsCountedWhoeverComesToCountIt() throws InterruptedException {
    Charge charge = reserved("w", 100);
    usage.ledger().decide(new LedgerRow(charge, Outcome.SETTLED, spend(50), clock.instant()));
    usage.settle(charge, spend(900));
    assertEquals(new UsageNumbers("ann", MONTH, 50, 0, 1, 0, 7, 0), numbers());
  }

  @Test
  void theWorkOfAnotherServiceIsNotSweptHere() throws InterruptedException {
    var _ = reserved("w", 100);
    clock.forward(Usage.OPEN_FOR);
    var other = new Usage(store.mongo, "enricher", clock);
    assertEquals(0, other.sweep(_ -> new WorkState.Gone(), 10));
  }
}
