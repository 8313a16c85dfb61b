package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.Outcome;
import io.weir.messaging.flow.RetryPolicy;
import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.MDC;

final class InlineConsumerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();

  @Test
  void tinyHandlersRunOnTheClientsThreadAndEverythingElseIsSettledElsewhere() throws Exception {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Set<String> traces = ConcurrentHashMap.newKeySet();
    Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    for (int i = 0; i < 500; i++) {
      nats.publish("k", (i % 10 == 0 ? "result" : i % 10 == 1 ? "poison" : "plain") + i);
    }
    nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              String value = delivery.payload().getValue();
              attempts.computeIfAbsent(value, v -> new AtomicInteger()).incrementAndGet();
              if (value.startsWith("plain")) {
                threads.add(Thread.currentThread());
                traces.add(String.valueOf(MDC.get("trace.id")));
              }
              if (value.startsWith("poison")) {
                throw new IllegalStateException("poison");
              }
              return value.startsWith("result")
                  ? Outcome.done(message(RESULT.with("r"), value, value))
                  : Outcome.done();
            },
            ConsumerOptions.DEFAULT
                .withConcurrency(100)
                .withRetry(new RetryPolicy(Duration.ofMillis(20), Duration.ofMillis(50)))
                .runInline()));
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(50, nats.stored("RESULTS"));
    assertEquals(50, nats.messaging.deadLetters().list(0, 100).size());
    assertEquals(1, threads.size(), threads::toString);
    assertTrue(threads.stream().noneMatch(Thread::isVirtual), threads::toString);
    assertEquals(400, traces.size(), "each is part of the trace that it was published in");
    attempts.forEach(
        (value, count) -> assertEquals(value.startsWith("poison") ? 3 : 1, count.get(), value));
  }
}
