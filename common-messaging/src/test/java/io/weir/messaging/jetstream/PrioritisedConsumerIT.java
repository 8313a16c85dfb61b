package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.Outcome;
import io.weir.messaging.SubjectTemplate;
import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrioritisedConsumerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<ConsumerSpec> LANES =
      List.of(lane("high"), lane("normal"), lane("low"));

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private final AtomicInteger published = new AtomicInteger();
  private final List<String> handled = new CopyOnWriteArrayList<>();

  private static ConsumerSpec lane(String name) {
    return ConsumerSpec.of("WORK", "worker-" + name)
        .filteredBy(new SubjectTemplate("work." + name))
        .withAckWait(Duration.ofSeconds(5));
  }

  /** What a handler does. */
  @FunctionalInterface
  private interface Work {
    void run() throws InterruptedException;
  }

  private static Work lasting(int millis) {
    return () -> {
      var _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    };
  }

  private void consume(int concurrency, Work work) throws InterruptedException {
    var running = new AtomicInteger();
    nats.started(
        nats.messaging.prioritised(
            LANES,
            CODEC,
            delivery -> {
              assertTrue(running.incrementAndGet() <= concurrency, "more at once than allowed");
              handled.add(delivery.subject().substring("work.".length()));
              work.run();
              running.decrementAndGet();
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT.withConcurrency(concurrency)));
  }

  private void publish(String lane, int count) {
    for (int i = 0; i < count; i++) {
      nats.publish(lane, lane + published.incrementAndGet());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void theUrgentGoFirstAndNoneIsStarved(int concurrency) throws Exception {
    publish("low", 60);
    publish("normal", 60);
    publish("high", 60);
    consume(concurrency, lasting(2));
    Await.until("everything", PATIENCE, () -> handled.size() == 180);
    List<String> early = handled.subList(0, 60);
    int high = Collections.frequency(early, "high");
    int normal = Collections.frequency(early, "normal");
    int low = Collections.frequency(early, "low");
    assertTrue(high > 2 * normal && normal > low && low >= 1, early::toString);
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
  }

  @Test
  void anUrgentMessageIsNextAlthoughOthersWaitInNumbers() throws Exception {
    publish("low", 100);
    var ends = new Semaphore(20);
    consume(5, ends::acquire);
    Await.until("five in hand", PATIENCE, () -> handled.size() == 25);
    publish("high", 1);
    while (!handled.contains("high")) {
      int before = handled.size();
      assertTrue(before < 37, "waited for " + (before - 25) + " others");
      ends.release();
      Await.until("the next one", PATIENCE, () -> handled.size() > before);
    }
    ends.release(100);
  }

  @Test
  void oneLaneAloneGetsAllPermits() throws Exception {
    var together = new AtomicInteger();
    var most = new AtomicInteger();
    publish("low", 100);
    nats.started(
        nats.messaging.prioritised(
            LANES,
            CODEC,
            delivery -> {
              most.accumulateAndGet(together.incrementAndGet(), Math::max);
              var _ = new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
              together.decrementAndGet();
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT.withConcurrency(5)));
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(5, most.get());
  }

  @Test
  void aMessageAfterALongSilenceIsTakenAtOnceWhateverItsLane() throws Exception {
    consume(1, lasting(1));
    for (String lane : List.of("low", "high", "normal", "low")) {
      int before = handled.size();
      publish(lane, 1);
      Await.until(lane, Duration.ofSeconds(5), () -> handled.size() == before + 1);
    }
    nats.server.kill();
    nats.server.restart();
    Await.until(
        "a publish after the restart",
        PATIENCE,
        () -> {
          try {
            nats.publish("low", "after");
            return true;
          } catch (io.weir.messaging.PublishFailedException e) {
            return false;
          }
        });
    Await.until("it after the restart", PATIENCE, () -> handled.size() == 5);
  }
}
