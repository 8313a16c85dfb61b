package io.weir.platform.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.weir.platform.Store;
import io.weir.platform.work.Idempotency.Ticket;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEveryStore
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class IdempotencyKeysIT {
  private static final Duration KEPT = Duration.ofHours(24);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final RequestKey KEY = new RequestKey("ann", "POST /jobs", "k");
  private static final ByteString BODY = ByteString.copyFromUtf8("{}");
  private static final IdempotentAnswer ANSWER =
      new IdempotentAnswer(
          201,
          Map.of("Location", "/jobs/7", "ETag", "\"1\""),
          ByteString.copyFrom(new byte[] {'{', 0, -1, '}'}));

  private final Ticking clock = new Ticking();
  private final StoreServer on;
  private Store store;
  private IdempotencyKeys keys;

  IdempotencyKeysIT(StoreServer on) {
    this.on = on;
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(on, IdempotencyKeys.indexes());
    keys = new IdempotencyKeys(store.mongo, new IdempotencyKeys.Settings(KEPT, LEASE), clock);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void anAnswerIsKeptByteForByteForADay() throws Exception {
    Ticket ticket = begun();
    assertFalse(ticket.again());
    assertEquals(ANSWER, keys.answered(ticket, ANSWER));
    assertEquals(new Idempotency.Stored(ticket.workId(), ANSWER), keys.begin(KEY, BODY));
    clock.forward(KEPT.minusMillis(1));
    assertEquals(new Idempotency.Stored(ticket.workId(), ANSWER), keys.begin(KEY, BODY));
    clock.forward(Duration.ofMillis(1));
    Ticket next = begun();
    assertFalse(next.again());
    assertNotEquals(ticket.workId(), next.workId());
    assertEquals(new Idempotency.Running(), keys.begin(KEY, BODY));
  }

  @Test
  void anotherBodyIsAnotherRequestWhileItRunsAndAfter() throws Exception {
    ByteString other = ByteString.copyFromUtf8("{ }");
    Ticket ticket = begun();
    assertEquals(new Idempotency.OtherRequest(), keys.begin(KEY, other));
    assertEquals(ANSWER, keys.answered(ticket, ANSWER));
    assertEquals(new Idempotency.OtherRequest(), keys.begin(KEY, other));
  }

  @Test
  void aKeyIsItsUsersAndItsRoutesOwn() throws Exception {
    assertEquals(ANSWER, keys.answered(begun(), ANSWER));
    for (var other :
        List.of(
            new RequestKey("bob", "POST /jobs", "k"),
            new RequestKey("ann", "POST /other", "k"),
            new RequestKey("ann", "POST /jobsk", ""),
            new RequestKey("annP", "OST /jobs", "k"))) {
      assertInstanceOf(Idempotency.New.class, keys.begin(other, BODY), other::toString);
    }
  }

  @Test
  void ofManyTriesAtOnceOneIsNewAlsoWhenItsForerunnerDied() throws Exception {
    assertEquals(1, newOnes());
    clock.forward(LEASE);
    assertEquals(1, newOnes());
    clock.forward(KEPT);
    assertEquals(1, newOnes());
  }

  @Test
  void aRequestThatDiedIsTakenOverWithTheSameWorkAndTheFirstAnswerCounts() throws Exception {
    Ticket dead = begun();
    clock.forward(LEASE.minusMillis(1));
    assertEquals(new Idempotency.Running(), keys.begin(KEY, BODY));
    clock.forward(Duration.ofMillis(1));
    Ticket second = begun();
    assertTrue(second.again());
    assertEquals(dead.workId(), second.workId());

    var late = new IdempotentAnswer(202, Map.of(), ByteString.copyFromUtf8("late"));
    assertEquals(late, keys.answered(dead, late), "it was not dead after all");
    assertEquals(late, keys.answered(second, ANSWER));
    assertEquals(new Idempotency.Stored(dead.workId(), late), keys.begin(KEY, BODY));
  }

  @Test
  void whoWasTakenForDeadCanNeitherFreeTheKeyNorLetItGo() throws Exception {
    Ticket dead = begun();
    clock.forward(LEASE);
    Ticket second = begun();
    keys.withdraw(dead);
    keys.letGo(dead);
    assertEquals(new Idempotency.Running(), keys.begin(KEY, BODY));
    assertEquals(ANSWER, keys.answered(second, ANSWER));
    keys.withdraw(second);
    assertEquals(new Idempotency.Stored(second.workId(), ANSWER), keys.begin(KEY, BODY));
  }

  @Test
  void whatIsLetGoIsTriedAgainAtOnceAsTheSameWork() throws Exception {
    Ticket first = begun();
    keys.letGo(first);
    Ticket second = begun();
    assertEquals(first.workId(), second.workId());
    keys.withdraw(second);
    Ticket third = begun();
    assertEquals(first.workId(), third.workId(), "the first try may have made something");
    assertEquals(3, third.epoch());
  }

  @Test
  void whatIsWithdrawnLeavesNothing() throws Exception {
    Ticket first = begun();
    keys.withdraw(first);
    assertEquals(0, records());
    var other = keys.begin(KEY, ByteString.copyFromUtf8("other"));
    assertNotEquals(
        first.workId(), assertInstanceOf(Idempotency.New.class, other).ticket().workId());
  }

  @Test
  void neitherKeysNorBodiesCanBeReadInTheStore() throws Exception {
    var key = new RequestKey("ann@example.org", "POST /jobs", "secret-key");
    assertInstanceOf(
        Idempotency.New.class, keys.begin(key, ByteString.copyFromUtf8("password=hunter2")));
    String stored = store.mongo.all(store.mongo.collection("idempotency_keys").find()).toString();
    for (String secret : List.of("ann@", "secret-key", "hunter2")) {
      assertFalse(stored.contains(secret), stored);
    }
  }

  @Test
  void anAnswerThatIsTooLongIsNoReceipt() {
    var body = ByteString.copyFrom(new byte[IdempotentAnswer.LONGEST + 1]);
    assertThrows(IllegalArgumentException.class, () -> new IdempotentAnswer(200, Map.of(), body));
  }

  @Test
  void expiredRecordsAreSweptInBatchesAndOthersStay() throws Exception {
    for (int i = 0; i < 7; i++) {
      var key = new RequestKey("ann", "POST /jobs", "old-" + i);
      assertInstanceOf(Idempotency.New.class, keys.begin(key, BODY));
    }
    clock.forward(KEPT);
    Ticket young = begun();
    store.insert("other", new Document("_id", "without a time"));
    var expiry =
        new Expiry(
            store.mongo,
            clock,
            List.of(IdempotencyKeys.COLLECTION, "other"),
            Duration.ofMinutes(5),
            3);
    assertEquals(7, expiry.sweep());
    assertEquals(0, expiry.sweep());
    assertEquals(1, records());
    assertTrue(store.find(IdempotencyKeys.COLLECTION, young.id()).isPresent());
    assertTrue(store.find("other", "without a time").isPresent());
  }

  private Ticket begun() throws InterruptedException {
    return assertInstanceOf(Idempotency.New.class, keys.begin(KEY, BODY)).ticket();
  }

  private long newOnes() throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = new ArrayList<Callable<Idempotency>>();
      for (int i = 0; i < 32; i++) {
        tries.add(() -> keys.begin(KEY, BODY));
      }
      long fresh = 0;
      for (Future<Idempotency> result : clients.invokeAll(tries)) {
        fresh += result.get() instanceof Idempotency.New ? 1 : 0;
      }
      return fresh;
    }
  }

  private long records() throws InterruptedException {
    return store
        .mongo
        .first(store.mongo.collection(IdempotencyKeys.COLLECTION).countDocuments())
        .orElseThrow();
  }
}
