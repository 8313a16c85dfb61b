package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what a consumer awaits an acknowledgement for though it is not in its stream any more. A
 * server of the 2.9 line that is killed at the wrong moment knows of a delivery, and not of its
 * acknowledgement, while the message is removed: it can't be delivered again, so it is awaited for
 * good, and the acknowledgement floor stays below it. An acknowledgement for what is gone changes
 * nothing else, whoever may have it in hand. Used by one thread at a time.
 */
final class Ghosts {
  private static final int MOST_A_LOOK = 200;
  private static final Duration ANSWER = Duration.ofMillis(400);
  private static final byte[] ACKNOWLEDGED = "+ACK".getBytes(StandardCharsets.US_ASCII);

  private final Logger log = LoggerFactory.getLogger(Ghosts.class);

  /** By consumer, the floor at the last look. */
  private final Map<String, Long> floors = new HashMap<>();

  /**
   * Looks from the floor on, since what follows it is what is awaited first; and only if it has not
   * moved since the last look, as it does while work goes on.
   *
   * @return how the consumer stands afterwards
   */
  ConsumerInfo settle(Connection connection, JetStreamManagement management, ConsumerSpec spec)
      throws IOException, JetStreamApiException {
    ConsumerInfo consumer = management.getConsumerInfo(spec.stream(), spec.durable());
    Long before = floors.put(spec.durable(), consumer.getAckFloor().getStreamSequence());
    int settled = 0;
    boolean advances = before != null && before == consumer.getAckFloor().getStreamSequence();
    while (advances
        && settled < MOST_A_LOOK
        && consumer.getNumAckPending() > 0
        && isGone(management, spec, first(consumer))
        && acknowledge(connection, spec, consumer)) {
      long floor = consumer.getAckFloor().getStreamSequence();
      consumer = management.getConsumerInfo(spec.stream(), spec.durable());
      advances = consumer.getAckFloor().getStreamSequence() > floor;
      settled += advances ? 1 : 0;
    }
    if (settled > 0) {
      log.atWarn()
          .addKeyValue("stream", spec.stream())
          .addKeyValue("consumer", spec.durable())
          .addKeyValue("messages", settled)
          .log("settled deliveries of messages that are gone");
    }
    return consumer;
  }

  private static long first(ConsumerInfo consumer) {
    return consumer.getAckFloor().getStreamSequence() + 1;
  }

  private static boolean isGone(JetStreamManagement management, ConsumerSpec spec, long sequence)
      throws IOException, JetStreamApiException {
    try {
      var _ = management.getMessage(spec.stream(), sequence);
      return false;
    } catch (JetStreamApiException e) {
      if (Refusals.isNoMessage(e)) {
        return true;
      }
      throw e;
    }
  }

  /** As a worker would; the time of storing is not looked at. Returns whether it was taken. */
  private static boolean acknowledge(
      Connection connection, ConsumerSpec spec, ConsumerInfo consumer) {
    String subject =
        "%s%s.%s.1.%d.%d.0.0"
            .formatted(
                AckReply.PREFIX,
                spec.stream(),
                spec.durable(),
                first(consumer),
                consumer.getAckFloor().getConsumerSequence() + 1);
    try {
      return connection.request(subject, ACKNOWLEDGED, ANSWER) != null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
