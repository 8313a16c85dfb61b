package io.weir.benchmarks.subject;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.weir.benchmarks.measure.Cell;
import io.weir.benchmarks.measure.Site;
import java.io.IOException;
import java.time.Duration;

/** What all loops on the bare client begin with. */
final class RawClient {
  private static final int LEAST_PENDING = 1_000;

  /** A server cuts a client off that has more than 64 MiB on its way. */
  private static final int MOST_BYTES_ASKED = 16 << 20;

  private RawClient() {}

  static Connection connect(Site site) throws IOException, InterruptedException {
    return Nats.connect(new Options.Builder().server(site.url()).build());
  }

  /** A durable consumer with the settings that the library's have. */
  static ConsumerConfiguration consumer(Cell cell, String run) {
    return ConsumerConfiguration.builder()
        .durable(run)
        .ackPolicy(AckPolicy.Explicit)
        .ackWait(Duration.ofSeconds(30))
        .maxDeliver(-1)
        .maxAckPending(maxAckPending(cell))
        .build();
  }

  static int maxAckPending(Cell cell) {
    return Math.max(LEAST_PENDING, 2 * cell.concurrency());
  }

  /** Most messages to ask for at once. */
  static int batch(Cell cell) {
    return Math.max(1, Math.min(cell.concurrency(), MOST_BYTES_ASKED / cell.size()));
  }
}
