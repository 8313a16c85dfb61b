package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.weir.messaging.DependencyUnavailableException;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small bucket of the library's own: one value a key, 64 MiB, forgotten after a while.
 * Thread-safe.
 */
final class KeyValueBucket {
  private static final long MAX_BYTES = 64L << 20;
  private static final Duration RETRY = Duration.ofMillis(500);

  private final Logger log = LoggerFactory.getLogger(KeyValueBucket.class);
  private final Broker broker;
  private final String name;
  private final Duration kept;

  KeyValueBucket(Broker broker, String name, Duration kept) {
    this.broker = broker;
    this.name = name;
    this.kept = kept;
  }

  /**
   * Creates it if it is not there; waits for JetStream as long as it takes.
   *
   * @throws TopologyRefusedException when the server refuses it for good
   */
  void start() throws InterruptedException {
    var wanted =
        KeyValueConfiguration.builder()
            .name(name)
            .maxHistoryPerKey(1)
            .ttl(kept)
            .maxBucketSize(MAX_BYTES)
            .replicas(broker.settings().replicas())
            .build();
    while (true) {
      try {
        var management = broker.connection().keyValueManagement();
        if (!management.getBucketNames().contains(name)) {
          var _ = management.create(wanted);
        }
        return;
      } catch (IOException | JetStreamApiException | DependencyUnavailableException e) {
        if (e instanceof JetStreamApiException refusal && !Refusals.isTransient(refusal)) {
          throw new TopologyRefusedException(
              "NATS refused the bucket %s: %s".formatted(name, refusal.getErrorDescription()));
        }
        log.atInfo()
            .addKeyValue("bucket", name)
            .addKeyValue("reason", e.getMessage())
            .log("waiting for JetStream");
        if (broker.pause(RETRY)) {
          throw new InterruptedException("closed while waiting for JetStream");
        }
      }
    }
  }

  KeyValue open() throws IOException {
    return broker
        .connection()
        .keyValue(
            name, KeyValueOptions.builder().jetStreamOptions(Broker.jetStreamOptions()).build());
  }
}
