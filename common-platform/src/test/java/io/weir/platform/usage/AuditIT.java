package io.weir.platform.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.mongodb.client.model.Updates;
import io.weir.platform.Store;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.LedgerRow.Outcome;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import io.weir.testsupport.Ticking;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether the counters are what the ledger says, and what users may use. */
@OnEveryStore
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class AuditIT {
  private final Ticking clock = new Ticking();
  private final StoreServer on;
  private Store store;
  private Usage usage;
  private Audit audit;

  AuditIT(StoreServer on) {
    this.on = on;
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(on, Usage.indexes().toArray(Indexes[]::new));
    usage = new Usage(store.mongo, "review", clock);
    audit = new Audit(store.mongo);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private void use(String user, long tokens) throws InterruptedException {
    usage.settle(usage.open(user, "w", 500), new Spend("m", tokens, 0, tokens * 3));
  }

  private List<String> differences(String user) throws InterruptedException {
    return audit.of(user, usage.month()).differences();
  }

  @Test
  void usersAreListedWithCountersThatAgree() throws InterruptedException {
    use("bob", 70);
    use("ann", 30);
    use("ann", 20);
    Charge givenBack = usage.open("ann", "w", 10);
    usage.refund(givenBack);
    Charge open = usage.open("cem", "w", 40);
    List<Audit.Account> accounts = audit.of(usage.month());
    assertEquals(
        List.of("ann", "bob", "cem"),
        accounts.stream().map(account -> account.counters().user()).toList());
    assertEquals(new LedgerSums(50, 2, 150, 3), accounts.getFirst().ledger());
    assertEquals(open.tokens(), accounts.getLast().counters().tokensReserved());
    accounts.forEach(account -> assertEquals(List.of(), account.differences()));
  }

  @Test
  void aRowThatIsDecidedAndNotYetCountedIsNoDifference() throws InterruptedException {
    Charge charge = usage.open("ann", "w", 500);
    usage
        .ledger()
        .decide(new LedgerRow(charge, Outcome.SETTLED, new Spend("m", 9, 0, 27), clock.instant()));
    assertEquals(List.of(), differences("ann"));
    usage.settle(charge, Spend.NONE);
    assertEquals(List.of(), differences("ann"));
    assertEquals(9, audit.of("ann", usage.month()).ledger().tokens());
  }

  @Test
  void countersThatSayAnythingElseAreTold() throws InterruptedException {
    use("ann", 30);
    var _ = usage.open("ann", "w", 40);
    store.mongo.first(
        store
            .mongo
            .collection("usage_periods")
            .updateOne(
                new Document("user_id", "ann"),
                Updates.combine(
                    Updates.inc("tokens_used", 1L),
                    Updates.inc("tokens_committed", 1L),
                    Updates.inc("open_count", 1))));
    assertEquals(
        List.of(
            "tokens used: 31 counted, 30 in the ledger",
            "pieces of work open: 2 counted, 1 by open charges"),
        differences("ann"));
  }

  @Test
  void rowsWithoutCountersAreTold() throws InterruptedException {
    use("ann", 30);
    store.mongo.first(
        store.mongo.collection("usage_periods").deleteOne(new Document("user_id", "ann")));
    assertEquals(3, audit.of(usage.month()).getFirst().differences().size());
  }

  @Test
  void whileWorkGoesOnNothingSeemsToDiffer() throws Exception {
    var over = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Void> working =
          () -> {
            while (!over.get()) {
              use("ann", 7);
            }
            return null;
          };
      var workers = List.of(threads.submit(working), threads.submit(working));
      try {
        for (int look = 0; look < 50; look++) {
          assertEquals(List.of(), differences("ann"));
        }
      } finally {
        over.set(true);
      }
      for (var worker : workers) {
        var _ = worker.get();
      }
    }
  }

  @Test
  void whatUsersMayUseIsTheirPlansUnlessTheyHaveTheirOwn() throws InterruptedException {
    var users = new Users(store.mongo, Plan.LITE);
    assertEquals(Plan.LITE.quota(), users.of("new").quota());
    users.put(new User("ann", Plan.PRO, Optional.empty()));
    assertEquals(Plan.PRO.quota(), users.of("ann").quota());
    users.put(new User("ann", Plan.PRO, Optional.of(new Quota(5, 6))));
    assertEquals(new Quota(5, 6), users.of("ann").quota());
    users.put(new User("ann", Plan.BUSINESS, Optional.empty()));
    assertEquals(Plan.BUSINESS.quota(), users.of("ann").quota());
    store.insert("users", new Document("_id", "bob").append("plan", "gold"));
    assertEquals(Plan.LITE, users.of("bob").plan(), "a plan that nobody knows");
  }

  @Test
  void workThatPassedNoDoorIsChargedWhateverTheQuota() throws InterruptedException {
    assertInstanceOf(ReserveResult.Spent.class, usage.reserve("ann", new Quota(10, 1), 1, "w", 11));
    assertEquals(11, usage.open("ann", "w", 11).tokens());
    assertEquals(22, usage.open("ann", "w", 22).tokens());
    assertEquals(33, usage.numbers("ann", usage.month()).tokensReserved());
  }
}
