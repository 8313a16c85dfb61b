package io.weir.platform.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.Updates;
import io.weir.platform.Store;
import io.weir.testsupport.Await;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
class ClaimsIT {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Claims.Work WORK =
      new Claims.Work("jobs", "status", Set.of("completed", "cancelled"));

  private final Ticking clock = new Ticking();
  private final StoreServer on;
  private Store store;
  private Claims first;
  private Claims second;

  ClaimsIT(StoreServer on) {
    this.on = on;
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(on);
    first = new Claims(store.mongo, WORK, "first", LEASE, clock);
    second = new Claims(store.mongo, WORK, "second", LEASE, clock);
    store.insert("jobs", new Document("_id", "j").append("status", "pending"));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void whatIsClaimedIsHeldUntilTheLeaseEnds() throws Exception {
    var claimed = claimed(first.claim("j", Updates.set("status", "processing")));
    assertEquals(1, claimed.epoch());
    assertEquals("processing", claimed.document().getString("status"));
    assertEquals(new ClaimResult.HeldByTwin(clock.instant().plus(LEASE)), second.claim("j"));
    assertEquals(new ClaimResult.Missing(), first.claim("none"));
  }

  @Test
  void ofManyWorkersAtOnceOneGetsIt() throws Exception {
    int got = 0;
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = new ArrayList<Callable<ClaimResult>>();
      for (int i = 0; i < 32; i++) {
        var worker = new Claims(store.mongo, WORK, "worker-" + i, LEASE, clock);
        tries.add(() -> worker.claim("j"));
      }
      for (Future<ClaimResult> result : workers.invokeAll(tries)) {
        switch (result.get()) {
          case ClaimResult.Claimed _ -> got++;
          case ClaimResult.HeldByTwin _ -> {}
          case ClaimResult.Finished _, ClaimResult.Missing _ ->
              throw new AssertionError(result.get().toString());
        }
      }
    }
    assertEquals(1, got);
    assertEquals(
        1,
        store
            .find("jobs", "j")
            .orElseThrow()
            .getEmbedded(List.of("claim", "epoch"), Number.class)
            .intValue());
  }

  @Test
  void aStaleWorkerCannotOverwriteItsSuccessor() throws Exception {
    var stale = claimed(first.claim("j"));
    clock.forward(LEASE);
    var successor = claimed(second.claim("j"));
    assertEquals(2, successor.epoch());
    assertFalse(first.update(stale, Updates.set("result", "stale")));
    assertFalse(first.renew(stale));
    assertFalse(first.release(stale));
    assertTrue(second.update(successor, Updates.set("result", "fresh")));
    assertEquals("fresh", store.find("jobs", "j").orElseThrow().getString("result"));
  }

  @Test
  void aRenewedClaimHolds() throws Exception {
    var claimed = claimed(first.claim("j"));
    clock.forward(LEASE.minusSeconds(1));
    assertTrue(first.renew(claimed));
    clock.forward(LEASE.minusSeconds(1));
    assertInstanceOf(ClaimResult.HeldByTwin.class, second.claim("j"));
  }

  @Test
  void whatIsLetGoCanBeClaimedAtOnce() throws Exception {
    var claimed = claimed(first.claim("j"));
    assertTrue(first.release(claimed, Updates.set("status", "pending")));
    assertEquals(2, claimed(second.claim("j")).epoch());
  }

  @Test
  void finishedWorkIsNeitherClaimedNorWrittenAgain() throws Exception {
    var claimed = claimed(first.claim("j"));
    assertTrue(
        first.update(claimed, Updates.set("status", "completed"), Updates.set("result", "r")));
    clock.forward(LEASE);
    var finished = assertInstanceOf(ClaimResult.Finished.class, second.claim("j"));
    assertEquals("r", finished.document().getString("result"));
    assertFalse(first.update(claimed, Updates.set("result", "again")));
  }

  @Test
  void workThatWasCancelledMeanwhileStaysCancelled() throws Exception {
    var claimed = claimed(first.claim("j"));
    store.mongo.first(
        store
            .mongo
            .collection("jobs")
            .updateOne(new Document("_id", "j"), Updates.set("status", "cancelled")));
    assertFalse(first.update(claimed, Updates.set("status", "completed")));
    assertEquals("cancelled", store.find("jobs", "j").orElseThrow().getString("status"));
  }

  @Test
  void aKeptClaimIsRenewedByItself() throws Exception {
    Duration lease = Duration.ofMillis(600);
    var worker = new Claims(store.mongo, WORK, "worker", lease, clock);
    try (var _ = worker.keep(claimed(worker.claim("j")))) {
      for (int i = 0; i < 4; i++) {
        clock.forward(lease.dividedBy(2));
        Instant renewed = clock.instant().plus(lease);
        Await.until("it is renewed", Duration.ofSeconds(30), () -> until("j").equals(renewed));
      }
      assertInstanceOf(ClaimResult.HeldByTwin.class, second.claim("j"));
    }
  }

  @Test
  void aClaimThatRanOutAndThatNobodyTookIsWrittenBy() throws Exception {
    var claimed = claimed(first.claim("j"));
    clock.forward(LEASE.multipliedBy(2));
    assertTrue(first.update(claimed, Updates.set("status", "completed")));
  }

  private Instant until(String id) throws InterruptedException {
    Document claim = store.find("jobs", id).orElseThrow().get("claim", Document.class);
    return claim.getDate("until").toInstant();
  }

  private static ClaimResult.Claimed claimed(ClaimResult result) {
    return assertInstanceOf(ClaimResult.Claimed.class, result);
  }
}
