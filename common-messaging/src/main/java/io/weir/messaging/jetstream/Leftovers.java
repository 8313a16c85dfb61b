package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.messaging.DependencyUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a killed server has brought back. A server of the 2.9 line that is killed keeps the
 * acknowledgements of a work queue, but not always the removal of the messages they were for: these
 * are in the stream again, are given to nobody and show in no count of the consumer ({@code
 * BoundIT} shows it; 2.10.27 and 2.15.1 heal themselves). Everything up to the acknowledgement
 * floor of the one consumer of its subject is acknowledged, so it may go; and when no
 * acknowledgement is awaited, everything that was delivered (the floor itself can stay behind after
 * a kill). What was delivered and not acknowledged survives a kill as awaited, and is not touched.
 *
 * <p>A message is removed only when it was left over at two looks, which the server's own removal
 * does not survive, and on a single server only when it is older than the connection, since only a
 * restart brings one back; in a cluster it may be another's server that was killed. It is deleted
 * by its sequence and never by a purge: a purge up to a sequence makes a 2.9 server forget all that
 * the consumer has delivered and awaits, even when it removes nothing ({@code LeftoversIT}).
 *
 * <p>In a cluster even that word can be wrong: after kills in a row a consumer was seen to pass
 * over a message that another replica had kept. So there a message goes for good only if this
 * process has settled it itself; of any other, if no other process removes it for that reason, a
 * copy is published first, to be handled once more, or for the first time.
 *
 * <p>Not touched: the stream of a single server whose last sequence is below what its consumer has
 * seen, now or at any earlier look. Such a stream was restored from an older state, and what it
 * holds below the floor may never have been delivered. In a cluster a new leader can stand there
 * for a moment, and each message is judged by itself. Used by one thread at a time.
 */
final class Leftovers {
  private static final int MOST_A_LOOK = 2_000;
  private static final int LOOKS = 2;

  /** Time for another process to remove what it knows to be done. */
  private static final int LOOKS_IF_UNSURE = 6;

  private final Logger log = LoggerFactory.getLogger(Leftovers.class);
  private final Broker broker;
  private final List<ConsumerSpec> specs;
  private final OwnSettlements settledHere;
  private final Ghosts ghosts = new Ghosts();
  private final Undelivered undelivered = new Undelivered();

  /** By consumer and sequence, in how many looks in a row it was left over. */
  private final Map<String, Map<Long, Integer>> seen = new HashMap<>();

  private boolean restored;

  Leftovers(Broker broker, List<ConsumerSpec> specs, OwnSettlements settledHere) {
    this.broker = broker;
    this.specs = List.copyOf(specs);
    this.settledHere = settledHere;
  }

  /**
   * Looks at the streams and removes what is left over. What the server does not answer is left to
   * the next time.
   *
   * @param connectedAt since when the connection stands; on a single server younger messages are
   *     not touched
   */
  void remove(Instant connectedAt) {
    try {
      String version = broker.connection().getServerInfo().getVersion();
      if (ServerVersion.parse(version).map(one -> one.isAtLeast(2, 10, 0)).orElse(true)) {
        return;
      }
      for (ConsumerSpec spec : specs) {
        remove(broker.management(), spec, connectedAt);
      }
    } catch (IOException | JetStreamApiException | DependencyUnavailableException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("leftovers not looked for");
    }
  }

  private void remove(JetStreamManagement management, ConsumerSpec spec, Instant connectedAt)
      throws IOException, JetStreamApiException {
    // The consumer first: what it has delivered by then is in the stream that is read after it.
    ConsumerInfo consumer = management.getConsumerInfo(spec.stream(), spec.durable());
    StreamInfo stream = management.getStreamInfo(spec.stream());
    if (stream.getConfiguration().getRetentionPolicy() != RetentionPolicy.WorkQueue) {
      return;
    }
    boolean isCluster = stream.getConfiguration().getReplicas() > 1;
    if (!isCluster && isRestored(spec, stream, consumer)) {
      return;
    }
    if (consumer.getNumAckPending() > 0) {
      consumer = ghosts.settle(broker.connection(), management, spec);
    }
    if (isCluster) {
      undelivered.look(broker.connection(), management, spec, consumer, stream);
    }
    long floor =
        consumer.getNumAckPending() == 0
            ? consumer.getDelivered().getStreamSequence()
            : consumer.getAckFloor().getStreamSequence();
    Map<Long, Instant> left =
        leftOver(management, spec, stream, floor, isCluster ? Instant.MAX : connectedAt);
    Map<Long, Integer> before = seen.getOrDefault(spec.durable(), Map.of());
    var looks = new HashMap<Long, Integer>();
    left.keySet().forEach(one -> looks.put(one, before.getOrDefault(one, 0) + 1));
    seen.put(spec.durable(), looks);
    int removed = 0;
    int again = 0;
    for (var message : left.entrySet()) {
      long sequence = message.getKey();
      boolean isSure = !isCluster || settledHere.has(spec.stream(), sequence, message.getValue());
      if (looks.getOrDefault(sequence, 0) < (isSure ? LOOKS : LOOKS_IF_UNSURE)) {
        continue;
      }
      if (!isSure) {
        publishAgain(management, spec, sequence);
        again++;
      }
      removed += management.deleteMessage(spec.stream(), sequence, false) ? 1 : 0;
    }
    if (removed > 0) {
      log.atWarn()
          .addKeyValue("stream", spec.stream())
          .addKeyValue("messages", removed)
          .addKeyValue("again", again)
          .log("removed messages that were acknowledged and had come back");
    }
  }

  /**
   * Puts a copy at the end of the stream. Of several processes that do the same, one is heard; its
   * handlers see the id of the original.
   */
  private void publishAgain(JetStreamManagement management, ConsumerSpec spec, long sequence)
      throws IOException, JetStreamApiException {
    MessageInfo message = management.getMessage(spec.stream(), sequence);
    var headers = new Headers(message.getHeaders());
    String copy = "again:" + spec.stream() + ":" + sequence;
    headers.put(
        MessageHeaders.ORIGINAL_ID,
        Deliveries.messageId(MessageHeaders.read(message.getHeaders()), spec.stream(), sequence));
    headers.put(MessageHeaders.MESSAGE_ID, copy);
    var _ =
        broker
            .connection()
            .jetStream()
            .publish(
                NatsMessage.builder()
                    .subject(message.getSubject())
                    .headers(headers)
                    .data(message.getData())
                    .build());
  }

  private boolean isRestored(ConsumerSpec spec, StreamInfo stream, ConsumerInfo consumer) {
    long last = stream.getStreamState().getLastSequence();
    long delivered = consumer.getDelivered().getStreamSequence();
    if (last < delivered && !restored) {
      log.atWarn()
          .addKeyValue("stream", spec.stream())
          .addKeyValue("consumer", spec.durable())
          .addKeyValue("last", last)
          .addKeyValue("delivered", delivered)
          .log("the consumer is ahead of its stream, which seems to be restored");
      restored = true;
    }
    return restored;
  }

  /** What the consumer's subjects have up to the floor: when each was stored, before a time. */
  private static Map<Long, Instant> leftOver(
      JetStreamManagement management,
      ConsumerSpec spec,
      StreamInfo stream,
      long floor,
      Instant before)
      throws IOException, JetStreamApiException {
    var left = new HashMap<Long, Instant>();
    for (String subject : spec.wildcards()) {
      long next = stream.getStreamState().getFirstSequence();
      while (next <= floor && left.size() < MOST_A_LOOK) {
        MessageInfo message;
        try {
          message = management.getNextMessage(spec.stream(), next, subject);
        } catch (JetStreamApiException e) {
          if (Refusals.isNoMessage(e)) {
            break;
          }
          throw e;
        }
        if (message.getSeq() > floor) {
          break;
        }
        ZonedDateTime stored = message.getTime();
        if (stored != null && stored.toInstant().isBefore(before)) {
          left.put(message.getSeq(), stored.toInstant());
        }
        next = message.getSeq() + 1;
      }
    }
    return left;
  }
}
