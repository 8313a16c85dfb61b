package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.weir.messaging.DependencyUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a stream holds without consuming it, some hundred messages a request, through a
 * consumer that exists only meanwhile. For streams that are kept by limits: a work queue allows no
 * second consumer. Thread-safe.
 */
final class StreamReader {
  /** Is handed messages in order. */
  interface Visitor {
    /** Whether to go on. */
    boolean visit(Message message, AckReply origin);
  }

  private static final int BATCH = 500;

  /** Far below the 64 MiB that a subscription of the client holds. */
  private static final int MAX_BYTES = 8 << 20;

  private static final Duration EXPIRES = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration INACTIVE = Duration.ofSeconds(30);

  private final Logger log = LoggerFactory.getLogger(StreamReader.class);
  private final Broker broker;

  StreamReader(Broker broker) {
    this.broker = broker;
  }

  /**
   * Visits the messages that are there now, from sequence {@code from} on.
   *
   * @param filter subjects that are meant; may have wildcards
   * @param headersOnly whether payloads stay on the server; {@code Nats-Msg-Size} tells their size
   * @throws DependencyUnavailableException when the server stops answering
   */
  void read(String stream, String filter, long from, boolean headersOnly, Visitor visitor) {
    JetStreamManagement management = broker.management();
    ConsumerConfiguration.Builder wanted = looking(from, filter);
    if (headersOnly) {
      wanted.headersOnly(true);
    }
    try {
      ConsumerInfo consumer = management.addOrUpdateConsumer(stream, wanted.build());
      try {
        if (consumer.getNumPending() > 0) {
          readAll(stream, consumer.getName(), visitor);
        }
      } finally {
        remove(management, stream, consumer.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DependencyUnavailableException("nats", "interrupted while reading " + stream, e);
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw new DependencyUnavailableException(
          "nats", "reading %s: %s".formatted(stream, e.getMessage()), e);
    }
  }

  /** A consumer that changes nothing, and goes when nobody has asked it for a while. */
  static ConsumerConfiguration.Builder looking(long from, String filter) {
    return ConsumerConfiguration.builder()
        .ackPolicy(AckPolicy.None)
        .deliverPolicy(DeliverPolicy.ByStartSequence)
        .startSequence(Math.max(1, from))
        .filterSubject(filter)
        .memStorage(true)
        .numReplicas(1)
        .inactiveThreshold(INACTIVE);
  }

  private void readAll(String stream, String consumer, Visitor visitor)
      throws InterruptedException {
    Connection connection = broker.connection();
    String inbox = connection.createInbox();
    Subscription answers = connection.subscribe(inbox);
    byte[] request =
        "{\"batch\":%d,\"expires\":%d,\"max_bytes\":%d}"
            .formatted(BATCH, EXPIRES.toNanos(), MAX_BYTES)
            .getBytes(StandardCharsets.UTF_8);
    try {
      boolean more = true;
      while (more) {
        connection.publish(
            "$JS.API.CONSUMER.MSG.NEXT.%s.%s".formatted(stream, consumer), inbox, request);
        more = readBatch(stream, answers, visitor);
      }
    } finally {
      answers.unsubscribe();
    }
  }

  /** Whether there may be more. */
  private static boolean readBatch(String stream, Subscription answers, Visitor visitor)
      throws InterruptedException {
    int received = 0;
    while (received < BATCH) {
      Message message = answers.nextMessage(PATIENCE);
      if (message == null) {
        throw new DependencyUnavailableException(
            "nats", "no answer while reading %s for %s".formatted(stream, PATIENCE), null);
      }
      if (message.isStatusMessage()) {
        if (received == 0 && PullStatus.isFull(message.getStatus())) {
          continue; // said of the pull before this one
        }
        // Nothing came: what was pending has been removed meanwhile.
        return received > 0;
      }
      received++;
      AckReply origin = AckReply.parse(message.getReplyTo());
      if (!visitor.visit(message, origin) || origin.pending() == 0) {
        return false;
      }
    }
    return true;
  }

  private void remove(JetStreamManagement management, String stream, String consumer) {
    try {
      var _ = management.deleteConsumer(stream, consumer);
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      // It goes by itself when nobody has asked it for a while.
      log.atDebug().addKeyValue("reason", e.getMessage()).log("reader's consumer not removed");
    }
  }
}
