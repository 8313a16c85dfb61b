package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.usage.Budgets.Entry;
import io.weir.localstack.MongoWireServer;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Audit;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;
import io.weir.platform.usage.LlmCall;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.Room;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import io.weir.testsupport.TcpProxy;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys' budgets with two replicas at one database. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class KeyBudgetsIT {
  private static final int ASKED = 150;
  private static final Room ROOM = Room.of(100, 50);

  private final MongoWireServer server = MongoWireServer.inMemory();
  private final TcpProxy network = TcpProxy.to(URI.create(server.uri()).getPort());
  private final Clock clock = Clock.systemUTC();
  private final AtomicInteger rows = new AtomicInteger();
  private Mongo mongo;
  private Usage usage;
  private LlmCalls calls;

  @BeforeEach
  void start() throws InterruptedException {
    String uri = "mongodb://127.0.0.1:" + network.port();
    mongo = new Mongo(new MongoSettings(uri, "weir", 8, Duration.ofSeconds(10)), clock);
    mongo.start();
    usage = new Usage(mongo, "llm-gateway", clock);
    calls = new LlmCalls(mongo, usage);
  }

  @AfterEach
  void stop() {
    mongo.close();
    network.close();
    server.close();
  }

  private Budgets replica() {
    return new Budgets(
        usage,
        new Users(mongo, Plan.UNLIMITED),
        calls,
        new Budgets.Sizes(20_000, 50, 200_000, Duration.ofMinutes(5)),
        () -> true,
        () -> "allowance",
        clock);
  }

  private static Asker asker(KeyBudget budget) {
    return new Asker("chat_completions", "c", "ada", "k1", true, budget);
  }

  /** Lets {@link #ASKED} requests in at once, as far as there is room; each costs that much. */
  private int admitted(List<Budgets> replicas, Asker asker, long tokens, long micros)
      throws Exception {
    var admitted = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < ASKED; i++) {
        Budgets replica = replicas.get(i % replicas.size());
        tries.add(
            () -> {
              if (replica.enter(asker, ROOM) instanceof Entry.Admitted(Hold hold)) {
                try (hold) {
                  admitted.incrementAndGet();
                  hold.calls();
                  calls.write(List.of(row(hold.charge(), tokens, micros)));
                  hold.used(tokens, micros);
                }
              }
              return true;
            });
      }
      for (var result : threads.invokeAll(tries)) {
        boolean _ = result.get();
      }
    }
    for (Budgets replica : replicas) {
      replica.drain(Duration.ofMinutes(4));
      replica.close();
    }
    return admitted.get();
  }

  private LlmCall row(String charge, long tokens, long micros) {
    return new LlmCall(
        "call-" + rows.incrementAndGet(),
        Instant.now(),
        "p",
        "m",
        new LlmCall.Tokens(tokens, 0, 0, 0),
        false,
        micros,
        "ada",
        "k1",
        "c",
        "chat_completions",
        1,
        LlmCall.Outcome.OK,
        charge);
  }

  private KeyNumbers numbers() throws InterruptedException {
    return usage.numbers("ada", usage.month()).of("k1");
  }

  @Test
  void twoReplicasTogetherNeverPassAKeysDollars() throws Exception {
    Asker asker = asker(new KeyBudget(KeyBudget.NONE.tokens(), 5_000));
    int admitted = admitted(List.of(replica(), replica()), asker, 100, 50);
    // What one replica had reserved and did not need, the other could not have.
    assertTrue(admitted > 50 && admitted <= 100, "admitted: " + admitted);
    assertEquals(new KeyNumbers(admitted * 100L, 0, admitted * 50L, 0), numbers());
    assertEquals(List.of(), new Audit(mongo).of("ada", usage.month()).differences());
  }

  @ParameterizedTest(name = "the database {0} ms away")
  @ValueSource(ints = {0, 50})
  void whoAsksOneByOneIsLetInUntilTheBudgetIsUsedUp(int millis) throws Exception {
    network.delay(Duration.ofMillis(millis));
    Budgets replica = replica();
    Asker asker = asker(new KeyBudget(1_000, KeyBudget.NONE.micros()));
    int admitted = 0;
    Entry entry = replica.enter(asker, ROOM);
    while (entry instanceof Entry.Admitted(Hold hold)) {
      try (hold) {
        admitted++;
        hold.calls();
        calls.write(List.of(row(hold.charge(), 30, 50)));
        hold.used(30, 50);
      }
      entry = replica.enter(asker, ROOM);
    }
    // With 930 tokens used there is no room for 100 more.
    assertEquals(31, admitted);
    assertEquals("insufficient_quota", ((Entry.Refused) entry).failure().code());
    replica.drain(Duration.ofMinutes(4));
    replica.close();
    assertEquals(new KeyNumbers(930, 0, 1_550, 0), numbers());
  }

  @Test
  void whoeverWaitsWhileRoomIsMadeIsLetInThoughTheDatabaseIsFarAway() throws Exception {
    Budgets replica = replica();
    Asker asker = asker(new KeyBudget(1_000, KeyBudget.NONE.micros()));
    var held = new ArrayList<Hold>();
    for (int i = 0; i < 9; i++) {
      held.add(assertInstanceOf(Entry.Admitted.class, replica.enter(asker, ROOM)).hold());
    }
    held.forEach(Hold::close);
    // To give nine reservations up takes longer than anybody waits for work that is under way.
    network.delay(Duration.ofMillis(50));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Entry> one = () -> replica.enter(asker, ROOM);
      for (var entry : threads.invokeAll(Collections.nCopies(8, one))) {
        assertInstanceOf(Entry.Admitted.class, entry.get()).hold().close();
      }
    }
    replica.drain(Duration.ofMinutes(4));
    replica.close();
  }

  @Test
  void roomThatWorkUnderWayHasReservedIsNotSaidToBeUsedUp() throws Exception {
    Budgets replica = replica();
    Asker asker = asker(new KeyBudget(250, KeyBudget.NONE.micros()));
    Hold first = assertInstanceOf(Entry.Admitted.class, replica.enter(asker, ROOM)).hold();
    Hold second = assertInstanceOf(Entry.Admitted.class, replica.enter(asker, ROOM)).hold();
    Failure refused = assertInstanceOf(Entry.Refused.class, replica.enter(asker, ROOM)).failure();
    assertEquals(429, refused.status());
    assertEquals("quota_reserved", refused.code());
    assertEquals(Budgets.COME_BACK, refused.retryAfter());
    first.close();
    second.close();
    // More than either of the two has left: both are given up.
    Entry third = replica.enter(asker, Room.of(200, 50));
    assertInstanceOf(Entry.Admitted.class, third).hold().close();
    Failure never =
        assertInstanceOf(Entry.Refused.class, replica.enter(asker, Room.of(251, 1))).failure();
    assertEquals("insufficient_quota", never.code());
    replica.drain(Duration.ofMinutes(4));
    replica.close();
    assertEquals(new KeyNumbers(0, 0, 0, 0), numbers());
  }

  @Test
  void whatAUsersOtherKeyHasReservedAndDoesNotUseIsGivenUpForThisOne() throws Exception {
    Budgets replica =
        new Budgets(
            usage,
            users(new Quota(1_000, 1_000)),
            calls,
            new Budgets.Sizes(20_000, 50, 200_000, Duration.ofMinutes(5)),
            () -> true,
            () -> "allowance",
            clock);
    Hold other =
        assertInstanceOf(
                Entry.Admitted.class, replica.enter(asker(KeyBudget.NONE), Room.of(900, 1)))
            .hold();
    other.close();
    Asker limited = asker(new KeyBudget(1_000, KeyBudget.NONE.micros()));
    Hold hold =
        assertInstanceOf(Entry.Admitted.class, replica.enter(limited, Room.of(800, 1))).hold();
    hold.close();
    replica.drain(Duration.ofMinutes(4));
    replica.close();
  }

  @Test
  void whatAnAnswerOutgrewIsCoveredUntilItsRowIsThere() throws Exception {
    Budgets replica = replica();
    Asker asker = asker(new KeyBudget(1_000, KeyBudget.NONE.micros()));
    Hold late = assertInstanceOf(Entry.Admitted.class, replica.enter(asker, ROOM)).hold();
    late.calls();
    late.used(500, 50);
    late.close();
    Hold covering = assertInstanceOf(Entry.Admitted.class, replica.enter(asker, ROOM)).hold();
    covering.calls();
    calls.write(List.of(row(covering.charge(), 30, 50)));
    covering.used(30, 50);
    covering.close();
    // 530 are used, though no more than 30 of them are in the ledger.
    Room rest = Room.of(600, 50);
    assertEquals("quota_reserved", refused(replica, asker, rest).code());
    calls.write(List.of(row(late.charge(), 500, 50)));
    assertEquals("insufficient_quota", refused(replica, asker, rest).code());
    Entry fits = replica.enter(asker, Room.of(470, 50));
    assertInstanceOf(Entry.Admitted.class, fits).hold().close();
    replica.drain(Duration.ofMinutes(4));
    replica.close();
    assertEquals(new KeyNumbers(530, 0, 100, 0), numbers());
  }

  @Test
  void aCallThatGoesOnKeepsNoAllowanceOpen() throws Exception {
    Budgets replica = replica();
    Asker asker = asker(new KeyBudget(3_000, KeyBudget.NONE.micros()));
    for (int look = 0; look < 3; look++) {
      Hold hold = assertInstanceOf(Entry.Admitted.class, replica.enter(asker, ROOM)).hold();
      hold.calls();
      hold.goesOn();
      hold.close();
    }
    replica.drain(Duration.ofMinutes(4));
    replica.close();
    assertEquals(new KeyNumbers(0, 0, 0, 0), numbers());
  }

  private static Failure refused(Budgets budgets, Asker asker, Room room)
      throws InterruptedException {
    return assertInstanceOf(Entry.Refused.class, budgets.enter(asker, room)).failure();
  }

  @Test
  void aSmallBudgetDoesNotReserveItsUsersRequests() throws Exception {
    Budgets replica = replica();
    Asker asker = asker(new KeyBudget(3_000, KeyBudget.NONE.micros()));
    var holds = new ArrayList<Hold>();
    for (int i = 0; i < 20; i++) {
      holds.add(assertInstanceOf(Entry.Admitted.class, replica.enter(asker, ROOM)).hold());
    }
    long reserved = usage.numbers("ada", usage.month()).requestsReserved();
    assertTrue(reserved >= 20 && reserved <= 150, "requests reserved: " + reserved);
    holds.forEach(Hold::close);
    replica.drain(Duration.ofMinutes(4));
    replica.close();
  }

  private Users users(Quota quota) throws InterruptedException {
    var users = new Users(mongo, Plan.LITE);
    users.put(new User("ada", Plan.LITE, Optional.of(quota)));
    return users;
  }

  @Test
  void aRefusalSaysOfWhichKeyAndHowMuchAndItsUserHasRoom() throws Exception {
    Asker asker = asker(new KeyBudget(3_000, KeyBudget.NONE.micros()));
    int admitted = admitted(List.of(replica()), asker, 100, 50);
    assertTrue(admitted > 20 && admitted <= 30, "admitted: " + admitted);
    assertEquals(new KeyNumbers(admitted * 100L, 0, admitted * 50L, 0), numbers());
    Budgets other = replica();
    Failure refused =
        assertInstanceOf(Entry.Refused.class, other.enter(asker, Room.of(3_000, 1))).failure();
    assertEquals(403, refused.status());
    assertEquals("insufficient_quota", refused.code());
    assertEquals(
        "The budget of the key weir_k1 has no room for this in %s: of 3000 tokens %d are used and 0 reserved, 3000 may be needed."
            .formatted(usage.month(), admitted * 100),
        refused.message());
    assertInstanceOf(Entry.Admitted.class, other.enter(asker(KeyBudget.NONE), Room.of(3_000, 1)));
  }

  @Test
  void whoAsksForMuchAtOnceNeedsFewReservations() throws Exception {
    Budgets replica = replica();
    var charges = new HashSet<String>();
    for (int i = 0; i < 5_000; i++) {
      Entry entry = replica.enter(asker(KeyBudget.NONE), ROOM);
      try (Hold hold = assertInstanceOf(Entry.Admitted.class, entry).hold()) {
        charges.add(hold.charge());
      }
    }
    // A hundred, if each were of fifty requests.
    assertTrue(charges.size() <= 12, "reservations: " + charges.size());
    replica.drain(Duration.ofMinutes(4));
    replica.close();
  }

  @Test
  void whatAnswersOutgrewIsAllThatABudgetIsPassedBy() throws Exception {
    Asker asker = asker(new KeyBudget(KeyBudget.NONE.tokens(), 5_000));
    int admitted = admitted(List.of(replica()), asker, 300, 150);
    long outgrown = admitted * 100L;
    assertTrue(numbers().costMicros() <= 5_000 + outgrown, numbers().toString());
    assertTrue(admitted <= 100, "admitted: " + admitted);
    assertEquals(List.of(), new Audit(mongo).of("ada", usage.month()).differences());
  }
}
