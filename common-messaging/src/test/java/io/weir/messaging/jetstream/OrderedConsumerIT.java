package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.MessageKey;
import io.weir.messaging.Outcome;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.flow.RetryPolicy;
import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OrderedConsumerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ConsumerOptions BY_KEY =
      ConsumerOptions.DEFAULT
          .withConcurrency(8)
          .withRetry(new RetryPolicy(Duration.ofMillis(50), Duration.ofMillis(100)))
          .orderedBy(MessageKey.subjectToken(1));

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private final Map<String, List<Long>> done = new ConcurrentHashMap<>();

  private Consumer<StringValue> consume(MessageHandler<StringValue> handler)
      throws InterruptedException {
    return nats.started(nats.messaging.consumer(SPEC, CODEC, handler, BY_KEY));
  }

  private static String key(Delivery<StringValue> delivery) {
    return delivery.subject().substring("work.".length());
  }

  private void note(Delivery<StringValue> delivery) {
    done.computeIfAbsent(key(delivery), k -> new CopyOnWriteArrayList<>()).add(delivery.sequence());
  }

  private int done(String key) {
    return done.getOrDefault(key, List.of()).size();
  }

  private static void inOrder(String key, List<Long> sequences) {
    assertEquals(sequences.stream().sorted().toList(), sequences, key);
  }

  @Test
  void messagesOfOneKeyRunOneAfterAnotherInTheOrderOfTheStream() throws Exception {
    Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    var together = new AtomicInteger();
    var overlaps = new AtomicInteger();
    var mostTogether = new AtomicInteger();
    for (int i = 0; i < 200; i++) {
      nats.publish("k" + i % 5, "m" + i);
    }
    consume(
        delivery -> {
          var ofKey = running.computeIfAbsent(key(delivery), k -> new AtomicInteger());
          if (ofKey.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
          }
          mostTogether.accumulateAndGet(together.incrementAndGet(), Math::max);
          var _ =
              new CountDownLatch(1)
                  .await(ThreadLocalRandom.current().nextInt(4), TimeUnit.MILLISECONDS);
          together.decrementAndGet();
          ofKey.decrementAndGet();
          note(delivery);
          return Outcome.done();
        });
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(0, overlaps.get(), "two of one key at once");
    assertTrue(mostTogether.get() > 1, "keys run side by side");
    done.forEach(OrderedConsumerIT::inOrder);
    assertEquals(200, done.values().stream().mapToInt(List::size).sum());
  }

  @Test
  void aKeyThatFailsKeepsItsOrderAndHoldsUpNobodyElse() throws Exception {
    var broken = new AtomicBoolean(true);
    for (int i = 0; i < 20; i++) {
      nats.publish("bad", "bad" + i);
    }
    for (int i = 0; i < 60; i++) {
      nats.publish("good" + i % 3, "good" + i);
    }
    consume(
        delivery -> {
          if (key(delivery).equals("bad") && broken.get()) {
            return delivery.failures() < 1
                ? Outcome.retry("not now")
                : Outcome.handBack("not now", Duration.ofMillis(50));
          }
          note(delivery);
          return Outcome.done();
        });
    Await.until(
        "the good ones", PATIENCE, () -> done("good0") + done("good1") + done("good2") == 60);
    assertEquals(0, done("bad"));
    broken.set(false);
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(20, done("bad"));
    done.forEach(OrderedConsumerIT::inOrder);
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
  }

  @Test
  void aPoisonedMessageIsDeadLetteredAndItsKeyGoesOn() throws Exception {
    for (int i = 0; i < 5; i++) {
      nats.publish("k", "m" + i);
    }
    consume(
        delivery -> {
          if (delivery.payload().getValue().equals("m1")) {
            throw new IllegalStateException("poison");
          }
          note(delivery);
          return Outcome.done();
        });
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(List.of(1L, 3L, 4L, 5L), done.get("k"));
    DeadLetter letter = nats.messaging.deadLetters().list(0, 10).getFirst();
    assertEquals(3, letter.attempts());
    assertEquals("exhausted", letter.errorClass());
  }

  @Test
  void aDrainHandsBackWhatWaitsForItsKeyAndWhatWaitsToBeTriedAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      nats.publish("k", "m" + i);
    }
    var tried = new CountDownLatch(1);
    Consumer<StringValue> first =
        consume(
            delivery -> {
              tried.countDown();
              return Outcome.handBack("later", Duration.ofSeconds(30));
            });
    assertTrue(tried.await(20, TimeUnit.SECONDS));
    DrainReport report = first.drained(Duration.ofSeconds(5));
    assertEquals(0, report.finished());
    assertEquals(0, report.abandoned());
    assertTrue(report.handedBack() >= 1, report::toString);
    first.close();
    consume(
        delivery -> {
          note(delivery);
          return Outcome.done();
        });
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(3, done("k"));
  }
}
