package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamState;
import io.nats.client.impl.Headers;
import io.weir.messaging.SubjectTemplate;
import io.weir.testsupport.Await;
import io.weir.testsupport.NatsCluster;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full stream of three copies, on a real cluster. */
@Timeout(120)
final class FullStreamIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final StreamSpec QUEUE =
      StreamSpec.workQueue("WORK", new SubjectTemplate("work.{key}")).withMaxBytes(15 * 765 + 645);

  /**
   * A record of 765 bytes, 526 of them headers and payload. What is left after 15 is more than
   * these and less than a record: a 2.9 server takes another one, and deletes the oldest for it.
   */
  private static final String SUBJECT = "work." + "k".repeat(200);

  @TempDir Path folder;

  /** It was made with a bound in bytes, as services before this one did on any server. */
  @Test
  void aWorkQueueRefusesTheNewAndKeepsTheOld() throws Exception {
    try (NatsCluster cluster = NatsCluster.start(folder)) {
      cluster.awaitHealthy(PATIENCE);
      var settings = BrokerSettings.local(cluster.urls()).withReplicas(3);
      var broker = new Broker("test", settings, new SimpleMeterRegistry());
      broker.start();
      try {
        JetStreamManagement management = broker.management();
        var _ =
            Await.value(
                "a stream",
                PATIENCE,
                () ->
                    management.addStream(
                        StreamConfiguration.builder()
                            .name("WORK")
                            .subjects("work.*")
                            .replicas(3)
                            .retentionPolicy(RetentionPolicy.WorkQueue)
                            .discardPolicy(DiscardPolicy.New)
                            .maxBytes(1 << 20)
                            .build()));
        new Topology(broker).ensure(QUEUE);

        int stored = 0;
        JetStreamApiException refusal = null;
        for (int i = 0; i < 100; i++) {
          Headers headers = new Headers();
          headers.put("traceparent", "x".repeat(300));
          try {
            var _ = broker.jetStream().publish(SUBJECT, headers, new byte[200]);
            stored++;
          } catch (JetStreamApiException e) {
            refusal = e;
          }
        }

        assertEquals(10077, refusal == null ? 0 : refusal.getApiErrorCode(), "it is full");
        StreamState state = management.getStreamInfo("WORK").getStreamState();
        assertEquals(1, state.getFirstSequence(), "the oldest is there");
        assertEquals(stored, state.getMsgCount(), "what was acknowledged is there");
        StreamStatus status = new StreamStatuses(broker, Clock.systemUTC()).all().getFirst();
        assertTrue(status.percentFull() > 90, status::toString);
      } finally {
        broker.close();
      }
    }
  }
}
