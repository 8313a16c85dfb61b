package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Await;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound on a real server, through a restart of it. */
final class BoundIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();

  private static byte[] payload(int i) {
    return message(TestMessaging.WORK.with("k"), "m" + i, "m" + i).payload().toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 1_000, 10_000})
  void neverMoreInHandThanAllowedAndEverythingIsHandledThroughARestart(int limit) throws Exception {
    int messages = limit < 10 ? 200 : 2_000;
    for (int i = 0; i < messages; i++) {
      var _ = nats.observer.jetStream().publishAsync("work.k", payload(i));
    }
    Await.until("the messages", PATIENCE, () -> nats.stored("WORK") == messages);
    var registry = new SimpleMeterRegistry();
    var messaging =
        nats.started(
            new Messaging(
                "bound", BrokerSettings.local(nats.server.url()), registry, Clock.systemUTC()));
    Set<Long> handled = ConcurrentHashMap.newKeySet();
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    nats.started(
        messaging.consumer(
            ConsumerSpec.of("WORK", "worker")
                .withAckWait(Duration.ofSeconds(5))
                .withMaxAckPending(20_000),
            CODEC,
            delivery -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              var _ =
                  new CountDownLatch(1)
                      .await(ThreadLocalRandom.current().nextInt(10), TimeUnit.MILLISECONDS);
              running.decrementAndGet();
              handled.add(delivery.sequence());
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT.withConcurrency(limit)));
    Await.until("a part of them", PATIENCE, () -> handled.size() > messages / 10);
    nats.server.kill();
    nats.server.restart();
    Await.until("all of them", PATIENCE, () -> handled.size() == messages);
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertTrue(most.get() <= limit, most.get() + " at once");
    double inHand = registry.get("weir.consumer.in.hand").gauge().value();
    double requested = registry.get("weir.consumer.requested").gauge().value();
    assertTrue(inHand + requested <= limit, inHand + " + " + requested);
    assertEquals(limit, registry.get("weir.consumer.permits").gauge().value());
  }

  @Test
  void aPermitThatIsFreeIsUsedThoughAllOtherHandlersAreBusy() throws Exception {
    int permits = 8;
    var release = new Semaphore(0);
    var begun = new AtomicInteger();
    nats.started(
        nats.messaging.consumer(
            TestMessaging.SPEC,
            CODEC,
            delivery -> {
              begun.incrementAndGet();
              release.acquire();
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT.withConcurrency(permits)));
    for (int i = 0; i <= permits; i++) {
      nats.publish("k", "m" + i);
    }
    Await.until("all permits in use", PATIENCE, () -> begun.get() == permits);
    release.release();
    Await.until("the next message", PATIENCE, () -> begun.get() == permits + 1);
    release.release(permits);
    Await.until("the end", PATIENCE, () -> nats.stored("WORK") == 0);
  }
}
