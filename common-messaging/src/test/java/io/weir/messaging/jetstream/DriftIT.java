package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.WORK;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.api.ConsumerInfo;
import io.weir.localstack.NatsServer;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Await;
import io.weir.testsupport.NatsCluster;
import io.weir.testsupport.TestNats;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas of a work queue that do not hold the same any more. */
final class DriftIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private NatsCluster cluster;
  private Messaging messaging;

  @BeforeEach
  void start() throws Exception {
    cluster = NatsCluster.start(folder);
    messaging =
        new Messaging(
            "drift",
            BrokerSettings.local(cluster.urls()).withReplicas(NatsCluster.SIZE),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    messaging.start();
    messaging.streams(TestMessaging.WORK_STREAM).start();
  }

  @AfterEach
  void stop() {
    messaging.close();
    cluster.close();
  }

  /**
   * A member that was restarted has no memory of what a work queue let go, and takes for new what
   * the others know. What it alone has is delivered once it leads the consumer too.
   */
  @Test
  void whatOnlyTheStreamsLeaderHasIsDeliveredAndNotStuck() throws Exception {
    assumeFalse(cluster.members().getFirst().binary().isAtLeast(2, 10));
    Map<String, Integer> handled = new ConcurrentHashMap<>();
    var consumer =
        messaging.consumer(
            ConsumerSpec.of("WORK", "worker"),
            CODEC,
            delivery -> {
              handled.merge(delivery.messageId(), 1, Integer::sum);
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT);
    consumer.start();
    var _ = messaging.publisher().publish(message(WORK.with("k"), "again", "x"));
    try (Connection observer = TestNats.connect(cluster.urls())) {
      Await.until("it is done", LONG, () -> stored(observer) == 0 && handled.size() == 1);
      NatsServer forgetful = other(cluster.leaderOf("WORK"));
      forgetful.stop();
      forgetful.restart();
      cluster.awaitHealthy(LONG);
      while (cluster.leaderOf("WORK") != forgetful) {
        var _ = cluster.stepDown("WORK");
      }
      while (cluster.leaderOf("WORK", "worker") == forgetful) {
        var _ = cluster.stepDown("WORK", "worker");
      }
      var _ = messaging.publisher().publish(message(WORK.with("k"), "again", "x"));
      Await.until("only its leader has it", LONG, () -> stored(observer) == 1);
      ConsumerInfo info = observer.jetStreamManagement().getConsumerInfo("WORK", "worker");
      assertEquals(0, info.getNumPending(), "the consumer does not see it");
      Await.until("an empty work queue", LONG, () -> stored(observer) == 0);
      assertEquals(Map.of("again", 2), handled, "twice published, and neither lost");
    } finally {
      consumer.drain(Duration.ofSeconds(5));
      consumer.close();
    }
  }

  private NatsServer other(NatsServer leader) {
    return cluster.members().stream().filter(one -> one != leader).findFirst().orElseThrow();
  }

  private static long stored(Connection observer) throws Exception {
    return observer.jetStreamManagement().getStreamInfo("WORK").getStreamState().getMsgCount();
  }
}
