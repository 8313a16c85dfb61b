package io.weir.platform.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.Store;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.LedgerRow.Outcome;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever dies between two calls of the store: the ledger's sums are the counters, work is counted
 * once, and limits hold by what was reserved.
 */
@OnEveryStore
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CrashingUsageIT {
  private static final int THREADS = 64;
  private static final int WORKS = 400;
  private static final List<String> USERS = List.of("ann", "bob", "cem");
  private static final Quota QUOTA = new Quota(8_000, 100);
  private static final int CAP = 20;
  private static final double DEATHS = 0.05;

  private final Ticking clock = new Ticking();
  private final AtomicInteger crashes = new AtomicInteger();
  private final StoreServer on;
  private Store store;

  /** A user's piece of work; some use more than was estimated. */
  private record Job(String user, String id, long estimate, long actual) {
    static Job of(int n) {
      var random = new Random(n);
      return new Job(
          USERS.get(n % USERS.size()), "w" + n, random.nextLong(50, 400), random.nextLong(0, 500));
    }
  }

  CrashingUsageIT(StoreServer on) {
    this.on = on;
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(on, Usage.indexes().toArray(Indexes[]::new));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void theLedgerIsTheCountersAndTheLimitsHold(long seed) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var workers = new ArrayList<Callable<Void>>();
      for (int worker = 0; worker < THREADS; worker++) {
        var random = new Random(seed * 1_000 + worker);
        workers.add(() -> work(random));
      }
      for (Future<Void> worker : threads.invokeAll(workers)) {
        var _ = worker.get();
      }
    }
    assertTrue(crashes.get() > THREADS, crashes + " crashes");
    clock.forward(Usage.OPEN_FOR);
    var survivor = new ChargedWork(store.mongo, clock);
    var sweeper = new UsageSweeper(survivor.usage(), survivor::state, Duration.ofMinutes(1));
    var _ = sweeper.sweep();
    assertEquals(0, sweeper.sweep(), "a second sweep finds nothing");
    for (String user : USERS) {
      assertCounted(user, survivor.usage());
    }
  }

  /** Twins do the same work at the same time; a process that died is started again. */
  private Void work(Random random) throws InterruptedException {
    for (int i = 0; i < WORKS / 8; i++) {
      Job job = Job.of(random.nextInt(WORKS));
      boolean died;
      do {
        died = false;
        try {
          var documents = new DyingDocuments(store.mongo, random, DEATHS);
          var _ =
              new ChargedWork(documents, clock)
                  .run(job.user(), QUOTA, CAP, job.id(), job.estimate(), job.actual());
        } catch (Crash e) {
          crashes.incrementAndGet();
          // Not all are tried again: the sweeper is there for the others.
          died = random.nextInt(10) > 0;
        }
      } while (died);
    }
    return null;
  }

  private void assertCounted(String user, Usage usage) throws InterruptedException {
    var month = usage.month();
    List<LedgerRow> rows = usage.ledger().rows(user, month, 0, 1_000_000);
    List<LedgerRow> settled =
        rows.stream().filter(row -> row.outcome() == Outcome.SETTLED).toList();
    long tokens = settled.stream().mapToLong(row -> row.spend().tokens()).sum();
    long cost = settled.stream().mapToLong(row -> row.spend().costMicros()).sum();
    int waiting = 0;
    Map<String, Long> byWork =
        settled.stream()
            .collect(Collectors.groupingBy(row -> row.charge().work(), Collectors.counting()));
    for (Document work : store.mongo.all(store.mongo.collection(ChargedWork.COLLECTION).find())) {
      Charge charge = Charge.of(work.get(Charge.FIELD, Document.class));
      if (charge.user().equals(user)) {
        boolean done = work.containsKey("spent");
        waiting += done ? 0 : 1;
        assertEquals(done ? 1L : 0L, byWork.getOrDefault(charge.work(), 0L), charge.work());
        assertEquals(done, usage.ledger().find(charge.id()).map(LedgerRow::outcome).isPresent());
        byWork.remove(charge.work());
      }
    }
    assertEquals(Map.of(), byWork, "counted, and there is no such work");
    UsageNumbers numbers = usage.numbers(user, month);
    assertEquals(tokens, numbers.tokensUsed());
    assertEquals(settled.size(), numbers.requestsUsed());
    assertEquals(cost, numbers.costMicros());
    // Work that nobody came back to do is still open, and nothing else is.
    assertEquals(waiting, numbers.open());
    assertEquals(waiting, numbers.requestsReserved());
    long over =
        settled.stream()
            .mapToLong(row -> Math.max(0, row.spend().tokens() - row.charge().tokens()))
            .sum();
    assertTrue(numbers.tokensUsed() + numbers.tokensReserved() <= QUOTA.tokens() + over);
    assertTrue(numbers.requestsUsed() + numbers.requestsReserved() <= QUOTA.requests());
    assertTrue(numbers.requestsUsed() > 20, "hardly anything was accepted");
  }
}
