package io.weir.gateway.completion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Failure;
import io.weir.localstack.MongoWireServer;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.testsupport.Await;
import io.weir.testsupport.Ticking;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two replicas that share one MongoDB. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KeptAnswersIT {
  private static final byte[] REQUEST = {1};
  private final MongoWireServer server = MongoWireServer.inMemory();
  private final Mongo mongo =
      new Mongo(
          new MongoSettings(server.uri(), "weir", 4, Duration.ofSeconds(10)), Clock.systemUTC());
  private final Ticking clock = new Ticking(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  private final AtomicInteger bought = new AtomicInteger();

  @BeforeEach
  void start() throws InterruptedException {
    mongo.start();
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }

  @Test
  void whatOneReplicaHasBoughtTheOtherGivesAgain() throws Exception {
    Reply first = replica(Duration.ofSeconds(30)).once("ada", "w", "k", REQUEST, this::buy);
    var second =
        assertInstanceOf(
            Reply.Answered.class,
            replica(Duration.ofSeconds(30)).once("ada", "w", "k", REQUEST, this::buy));
    assertArrayEquals(assertInstanceOf(Reply.Answered.class, first).body(), second.body());
    assertEquals(new Candidate("p", "m"), second.by());
    assertEquals(1, bought.get());
    // Another user's, and another way's, are other keys.
    var _ = replica(Duration.ofSeconds(30)).once("bob", "w", "k", REQUEST, this::buy);
    var _ = replica(Duration.ofSeconds(30)).once("ada", "v", "k", REQUEST, this::buy);
    assertEquals(3, bought.get());
    var other =
        assertInstanceOf(
            Reply.Failed.class,
            replica(Duration.ofSeconds(30)).once("ada", "w", "k", new byte[] {2}, this::buy));
    assertEquals(422, other.failure().status());
  }

  @Test
  void aCallThatRunsElsewhereIsJoinedHoweverLongItsLease() throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var first =
        new FutureTask<>(
            () ->
                replica(Duration.ofSeconds(1))
                    .once(
                        "ada",
                        "w",
                        "k",
                        REQUEST,
                        () -> {
                          begun.countDown();
                          goOn.await();
                          return buy();
                        }));
    Thread.ofVirtual().start(first);
    begun.await();
    var second =
        new FutureTask<>(
            () -> replica(Duration.ofSeconds(1)).once("ada", "w", "k", REQUEST, this::buy));
    Thread.ofVirtual().start(second);
    // Two leases: without renewing, the second would buy it too.
    for (int i = 0; i < 4; i++) {
      clock.forward(Duration.ofMillis(500));
      Instant renewed = clock.instant().plus(Duration.ofSeconds(1));
      Await.until("it is renewed", Duration.ofSeconds(30), () -> until().equals(renewed));
    }
    assertThrows(
        java.util.concurrent.TimeoutException.class, () -> second.get(1, TimeUnit.SECONDS));
    goOn.countDown();
    assertArrayEquals(
        assertInstanceOf(Reply.Answered.class, first.get()).body(),
        assertInstanceOf(Reply.Answered.class, second.get()).body());
    assertEquals(1, bought.get());
  }

  @Test
  void aFailureIsNotKeptAndFreesItsKey() throws Exception {
    var failed = new Reply.Failed(Failure.timeOut("slow"));
    assertEquals(
        failed, replica(Duration.ofSeconds(30)).once("ada", "w", "k", REQUEST, () -> failed));
    assertInstanceOf(
        Reply.Answered.class,
        replica(Duration.ofSeconds(30)).once("ada", "w", "k", REQUEST, this::buy));
  }

  private Instant until() throws InterruptedException {
    return mongo
        .first(mongo.collection(IdempotencyKeys.COLLECTION).find().first())
        .orElseThrow()
        .getDate("until")
        .toInstant();
  }

  private KeptAnswers replica(Duration lease) {
    return new KeptAnswers(
        new AnswerShelf(1 << 20, Duration.ofHours(1), clock),
        new IdempotencyKeys(mongo, new IdempotencyKeys.Settings(Duration.ofHours(1), lease), clock),
        mongo::isConnected,
        lease,
        Duration.ofSeconds(30),
        clock);
  }

  private Reply buy() {
    return new Reply.Answered(
        new byte[] {(byte) bought.incrementAndGet()}, new Candidate("p", "m"));
  }
}
