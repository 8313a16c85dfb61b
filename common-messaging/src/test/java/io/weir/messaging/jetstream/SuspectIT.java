package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.Subscription;
import io.weir.localstack.Launch;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.Undertaker;
import io.weir.messaging.Outcome;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages whose workers die. */
final class SuspectIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  static final Duration ACK_WAIT = Duration.ofSeconds(1);
  private static final ConsumerSpec SPEC = ConsumerSpec.of("WORK", "worker").withAckWait(ACK_WAIT);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();

  /** Takes all that is there, so many times, and says nothing, as a worker that is killed does. */
  private void vanish(int times, int messages) throws Exception {
    Subscription inbox = nats.observer.subscribe("vanished");
    for (int i = 0; i < times; i++) {
      nats.observer.publish(
          "$JS.API.CONSUMER.MSG.NEXT.WORK.worker",
          "vanished",
          "{\"batch\":%d,\"expires\":20000000000}"
              .formatted(messages)
              .getBytes(StandardCharsets.UTF_8));
      for (int taken = 0; taken < messages; taken++) {
        inbox.nextMessage(Duration.ofSeconds(20));
      }
    }
    inbox.unsubscribe();
  }

  @Test
  void whatWasBesideAKillerIsRunAloneAndClearedWithoutACost() throws Exception {
    Consumer<?> creator =
        nats.started(
            nats.messaging.consumer(
                SPEC, CODEC, delivery -> Outcome.done(), ConsumerOptions.DEFAULT));
    creator.drain(Duration.ofSeconds(1));
    nats.publish("a", "a");
    nats.publish("b", "b");
    vanish(4, 2);
    for (int i = 0; i < 20; i++) {
      nats.publish("k", "other" + i);
    }
    Set<String> alone = ConcurrentHashMap.newKeySet();
    var running = new AtomicInteger();
    nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              String value = delivery.payload().getValue();
              boolean suspect = value.length() == 1;
              int beside = running.getAndIncrement();
              var _ = new CountDownLatch(1).await(suspect ? 200 : 30, TimeUnit.MILLISECONDS);
              if (suspect && beside == 0 && running.get() == 1) {
                alone.add(value + delivery.failures());
              }
              running.decrementAndGet();
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT));
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(Set.of("a0", "b0"), alone);
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
  }

  @Test
  void aSuspectWhoseWorkerIsStoppedInOrderIsNoKiller() throws Exception {
    Consumer<?> creator =
        nats.started(
            nats.messaging.consumer(
                SPEC, CODEC, delivery -> Outcome.done(), ConsumerOptions.DEFAULT));
    creator.drain(Duration.ofSeconds(1));
    nats.publish("a", "a");
    vanish(4, 1);
    var begun = new CountDownLatch(1);
    Consumer<?> stopped =
        nats.started(
            nats.messaging.consumer(
                SPEC,
                CODEC,
                delivery -> {
                  begun.countDown();
                  new CountDownLatch(1).await();
                  return Outcome.done();
                },
                ConsumerOptions.DEFAULT));
    assertTrue(begun.await(20, TimeUnit.SECONDS));
    assertEquals(new DrainReport(0, 1, 0), stopped.drained(Duration.ZERO));
    nats.started(
        nats.messaging.consumer(SPEC, CODEC, delivery -> Outcome.done(), ConsumerOptions.DEFAULT));
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
  }

  @Test
  void manyHandBacksMakeNoSuspect() throws Exception {
    var deliveries = new AtomicInteger();
    nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery ->
                deliveries.incrementAndGet() < 12
                    ? Outcome.handBack("a twin has it", Duration.ofMillis(100))
                    : Outcome.done(),
            ConsumerOptions.DEFAULT.withSuspectAfter(3)));
    nats.publish("k", "m");
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(12, deliveries.get());
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
  }

  /** A real process that a message brings down, started again by its supervisor each time. */
  @Test
  void aMessageThatBringsItsWorkerDownIsRunAloneOnceAndThenDeadLettered() throws Exception {
    nats.publish("k", "die");
    for (int i = 0; i < 8; i++) {
      nats.publish("k", "innocent" + i);
    }
    int deaths = 0;
    try (Undertaker undertaker = Undertaker.start()) {
      while (deaths < 20 && nats.messaging.deadLetters().list(0, 10).isEmpty()) {
        try (ManagedProcess worker = worker(undertaker)) {
          Await.until(
              "a death or a dead letter",
              PATIENCE,
              () -> !worker.isAlive() || !nats.messaging.deadLetters().list(0, 10).isEmpty());
          deaths += worker.isAlive() ? 0 : 1;
          Await.until("settlement", PATIENCE, () -> !worker.isAlive() || nats.stored("WORK") == 0);
        }
      }
    }
    List<DeadLetter> letters = nats.messaging.deadLetters().list(0, 10);
    assertEquals(1, letters.size(), letters::toString);
    assertEquals("killer", letters.getFirst().errorClass());
    assertEquals(
        "die", com.google.protobuf.StringValue.parseFrom(letters.getFirst().payload()).getValue());
    assertEquals(0, letters.getFirst().attempts(), "no handler lived to fail on it");
    assertEquals(0, nats.stored("WORK"));
    assertEquals(8, nats.stored("RESULTS"), "each innocent one is done once");
    assertTrue(deaths >= 5 && deaths <= 6, deaths + " deaths");
  }

  private ManagedProcess worker(Undertaker undertaker) {
    return ManagedProcess.start(
        new Launch(
            "fragile",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                FragileWorker.class.getName(),
                nats.server.url()),
            Map.of(),
            nats.folder,
            nats.folder.resolve("fragile.out")),
        undertaker);
  }
}
