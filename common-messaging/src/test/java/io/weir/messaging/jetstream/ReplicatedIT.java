package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.WORK;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Await;
import io.weir.testsupport.NatsCluster;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of three replicas. What differs by the server's version shows on 2.11 and newer only. */
final class ReplicatedIT {
  private static final int MESSAGES = 600;

  @TempDir Path folder;
  private NatsCluster cluster;
  private Messaging messaging;

  @BeforeEach
  void start() throws Exception {
    cluster = NatsCluster.start(folder);
    messaging =
        new Messaging(
            "replicated",
            BrokerSettings.local(cluster.urls()).withReplicas(NatsCluster.SIZE),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    messaging.start();
    messaging.streams(TestMessaging.WORK_STREAM, TestMessaging.RESULT_STREAM).start();
  }

  @AfterEach
  void stop() {
    messaging.close();
    cluster.close();
  }

  /** Newer servers tell that a pull is over before they send what it brought. */
  @Test
  void undisturbedEachMessageIsDeliveredOnce() throws Exception {
    List<CompletableFuture<Long>> stored = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      stored.add(messaging.publisher().publishAsync(message(WORK.with("k"), "m" + i, "m" + i)));
    }
    CompletableFuture.allOf(stored.toArray(CompletableFuture<?>[]::new)).get(60, TimeUnit.SECONDS);
    var never = new CountDownLatch(1);
    Map<String, Integer> deliveries = new ConcurrentHashMap<>();
    var consumer =
        messaging.consumer(
            ConsumerSpec.of("WORK", "worker"),
            CODEC,
            delivery -> {
              deliveries.merge(delivery.messageId(), delivery.deliveries(), Math::max);
              var _ = never.await(ThreadLocalRandom.current().nextInt(5), TimeUnit.MILLISECONDS);
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT.withConcurrency(20));
    consumer.start();
    Await.until("all of them", Duration.ofSeconds(60), () -> deliveries.size() == MESSAGES);
    consumer.drain(Duration.ofSeconds(5));
    consumer.close();
    assertEquals(
        Map.of(1, (long) MESSAGES),
        deliveries.values().stream()
            .collect(Collectors.groupingBy(count -> count, Collectors.counting())));
  }
}
