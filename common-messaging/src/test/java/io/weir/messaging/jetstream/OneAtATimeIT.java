package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.flow.RetryPolicy;
import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One message in hand: quick ones are handled on the client's thread, whatever becomes of them. */
final class OneAtATimeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ConsumerOptions ONE =
      ConsumerOptions.DEFAULT
          .withConcurrency(1)
          .withDeadline(Duration.ofMillis(500))
          .withRetry(new RetryPolicy(Duration.ofMillis(20), Duration.ofMillis(100)));

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
  private final AtomicInteger here = new AtomicInteger();

  private Consumer<StringValue> consume(MessageHandler<StringValue> handler)
      throws InterruptedException {
    return nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              here.addAndGet(Thread.currentThread().isVirtual() ? 0 : 1);
              attempts
                  .computeIfAbsent(delivery.payload().getValue(), k -> new AtomicInteger())
                  .incrementAndGet();
              return handler.handle(delivery);
            },
            ONE));
  }

  private int attempts(String value) {
    return attempts.getOrDefault(value, new AtomicInteger()).get();
  }

  /** Until it is known that they are quick. */
  private void quickOnes() throws InterruptedException {
    var number = new AtomicInteger();
    Await.until(
        "one is handled on the client's thread",
        PATIENCE,
        () -> {
          nats.publish("quick", "quick-" + number.incrementAndGet());
          return here.get() > 0;
        });
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
  }

  @Test
  void oneThatFailsThereComesAgainAndItsResultIsPublishedOnce() throws Exception {
    consume(
        delivery -> {
          String value = delivery.payload().getValue();
          if (value.startsWith("m") && attempts(value) == 1) {
            throw new IllegalStateException("no luck at first");
          }
          return value.startsWith("m")
              ? Outcome.done(message(RESULT.with(value), "result-" + value, value))
              : Outcome.done();
        });
    quickOnes();
    for (int i = 0; i < 30; i++) {
      nats.publish("m" + i, "m" + i);
    }
    Await.until("all results", PATIENCE, () -> nats.stored("RESULTS") == 30);
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    for (int i = 0; i < 30; i++) {
      assertEquals(2, attempts("m" + i), "m" + i);
    }
  }

  @Test
  void oneThatHangsThereIsInterruptedAtItsDeadlineAndTheNextAreHandled() throws Exception {
    consume(
        delivery -> {
          if (delivery.payload().getValue().equals("hangs") && attempts("hangs") == 1) {
            new CountDownLatch(1).await();
          }
          return Outcome.done();
        });
    quickOnes();
    nats.publish("hangs", "hangs");
    nats.publish("next", "next");
    Await.until("both are done", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(2, attempts("hangs"));
    assertEquals(1, attempts("next"));
  }

  @Test
  void aStopInterruptsOneThatHangsThereAndItStaysInItsStream() throws Exception {
    var hangs = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    Consumer<StringValue> consumer =
        consume(
            delivery -> {
              if (delivery.payload().getValue().equals("hangs")) {
                hangs.countDown();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  interrupted.countDown();
                  throw e;
                }
              }
              return Outcome.done();
            });
    quickOnes();
    nats.publish("hangs", "hangs");
    hangs.await();
    DrainReport report = consumer.drained(Duration.ofMillis(100));
    assertTrue(interrupted.await(5, TimeUnit.SECONDS));
    assertEquals(1, report.handedBack(), report::toString);
    assertEquals(0, report.abandoned(), report::toString);
    assertEquals(1, nats.stored("WORK"));
  }
}
