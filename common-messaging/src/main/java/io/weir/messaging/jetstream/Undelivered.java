package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ClusterInfo;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds messages that are delivered to nobody, as the server that leads the consumer does not have
 * them. Replicas of the 2.9 line can drift apart: each judges by a memory of its own whether a
 * publish that is sent again is known, and a restart empties that memory of all that a work queue
 * has let go ({@code DriftIT}). Then the consumer has nothing pending while the stream, as its own
 * leader tells it, holds messages beyond what was delivered.
 *
 * <p>Where that stays so, the consumer's leader is asked to step down, until it is the server that
 * leads the stream. What the others have more or less shows when they lead, and is delivered, or
 * left over and removed, then. Used by one thread at a time.
 */
final class Undelivered {
  private static final int LOOKS = 5;
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Logger log = LoggerFactory.getLogger(Undelivered.class);

  /** By consumer, how it stood at the last look, and at how many in a row. */
  private final Map<String, Stand> stands = new HashMap<>();

  private record Stand(long delivered, long last, int looks) {}

  /** Looks at a consumer with nothing in hand. */
  void look(
      Connection connection,
      JetStreamManagement management,
      ConsumerSpec spec,
      ConsumerInfo consumer,
      StreamInfo stream)
      throws IOException, JetStreamApiException {
    long delivered = consumer.getDelivered().getStreamSequence();
    long last = stream.getStreamState().getLastSequence();
    boolean idle = consumer.getNumPending() == 0 && consumer.getNumAckPending() == 0;
    if (!idle
        || last <= delivered
        || Objects.equals(leader(consumer.getClusterInfo()), leader(stream.getClusterInfo()))
        || !holds(management, spec, delivered + 1)) {
      stands.remove(spec.durable());
      return;
    }
    Stand before = stands.get(spec.durable());
    int looks =
        before != null && before.delivered() == delivered && before.last() == last
            ? before.looks() + 1
            : 1;
    stands.put(spec.durable(), new Stand(delivered, last, looks));
    if (looks % LOOKS == 0) {
      stepDown(connection, spec, delivered, last);
    }
  }

  private static boolean holds(JetStreamManagement management, ConsumerSpec spec, long from)
      throws IOException, JetStreamApiException {
    for (String subject : spec.wildcards()) {
      try {
        var _ = management.getNextMessage(spec.stream(), from, subject);
        return true;
      } catch (JetStreamApiException e) {
        if (!Refusals.isNoMessage(e)) {
          throw e;
        }
      }
    }
    return false;
  }

  private void stepDown(Connection connection, ConsumerSpec spec, long delivered, long last) {
    log.atWarn()
        .addKeyValue("stream", spec.stream())
        .addKeyValue("consumer", spec.durable())
        .addKeyValue("delivered", delivered)
        .addKeyValue("last", last)
        .log("the consumer's leader lacks messages of its stream, asking it to step down");
    try {
      var _ =
          connection.request(
              "$JS.API.CONSUMER.LEADER.STEPDOWN.%s.%s".formatted(spec.stream(), spec.durable()),
              new byte[0],
              ANSWER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable String leader(@Nullable ClusterInfo cluster) {
    return cluster == null ? null : cluster.getLeader();
  }
}
