package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages and returns when JetStream has stored them. A publish whose acknowledgement
 * was lost is sent again with the same message id, so it is stored once. Thread-safe.
 */
public final class Publisher {
  private static final int ATTEMPTS = 3;
  private static final Duration BETWEEN = Duration.ofMillis(200);
  private static final int MESSAGE_TOO_LARGE = 10054;

  private final Logger log = LoggerFactory.getLogger(Publisher.class);
  private final Broker broker;
  private final Timer published;
  private final Counter failed;
  private final Counter duplicates;

  Publisher(Broker broker, MeterRegistry meters) {
    this.broker = broker;
    this.published =
        Timer.builder("weir.messages.publish")
            .description("Time from a publish to JetStream's acknowledgement.")
            .register(meters);
    this.failed =
        Counter.builder("weir.messages.publish.failures")
            .description("Publishes that JetStream did not acknowledge.")
            .register(meters);
    this.duplicates =
        Counter.builder("weir.messages.publish.duplicates")
            .description("Publishes that JetStream had stored before under the same id.")
            .register(meters);
  }

  /**
   * Publishes {@code message}.
   *
   * @return its sequence in the stream
   * @throws PublishFailedException when JetStream did not acknowledge it; it may be stored all the
   *     same, so try again only with the same id
   * @throws InvalidMessageException when it is larger than the stream takes
   */
  public long publish(Outgoing message) {
    return publish(message, Map.of());
  }

  long publish(Outgoing message, Map<String, String> moreHeaders) {
    Headers headers = new Headers();
    try {
      headers.put(MessageHeaders.MESSAGE_ID, message.id());
      headers.put(MessageHeaders.CONTENT_TYPE, message.contentType());
      headers.put(MessageHeaders.MESSAGE_TYPE, message.messageType());
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(
          "%s: a message id holds printable ASCII only: %s"
              .formatted(message.subject(), e.getMessage()),
          e);
    }
    if (!message.correlationId().isEmpty()) {
      headers.put(MessageHeaders.CORRELATION_ID, MessageHeaders.printable(message.correlationId()));
    }
    moreHeaders.forEach((name, value) -> headers.put(name, value));
    return send(message.subject().name(), headers, message.payload().toByteArray());
  }

  /** Publishes ready-made bytes under headers that hold a message id. */
  long send(String subject, Headers headers, byte[] payload) {
    Message message = NatsMessage.builder().subject(subject).headers(headers).data(payload).build();
    for (int attempt = 1; ; attempt++) {
      // Disconnected, the client would hold the message back and send it some time later, when the
      // caller has long been told that it failed.
      if (!broker.connected()) {
        failed.increment();
        throw new PublishFailedException(
            "not connected to NATS; " + subject + " was not published", null);
      }
      long begun = System.nanoTime();
      try {
        PublishAck ack = broker.jetStream().publish(message);
        published.record(Duration.ofNanos(System.nanoTime() - begun));
        if (ack.isDuplicate()) {
          duplicates.increment();
        }
        return ack.getSeqno();
      } catch (JetStreamApiException e) {
        failed.increment();
        if (e.getApiErrorCode() == MESSAGE_TOO_LARGE) {
          throw new InvalidMessageException(
              "%s: a message of %d bytes is larger than its stream takes"
                  .formatted(subject, payload.length),
              e);
        }
        retryOrThrow(subject, attempt, e);
      } catch (IllegalArgumentException e) {
        // The client refuses what is larger than the server's payload limit; no retry makes it
        // smaller.
        failed.increment();
        throw new InvalidMessageException(subject + ": " + e.getMessage(), e);
      } catch (IOException | IllegalStateException | DependencyUnavailableException e) {
        failed.increment();
        retryOrThrow(subject, attempt, e);
      }
    }
  }

  private void retryOrThrow(String subject, int attempt, Exception reason) {
    log.atDebug()
        .addKeyValue("subject", subject)
        .addKeyValue("attempt", attempt)
        .addKeyValue("reason", reason.getMessage())
        .log("publish not acknowledged");
    if (attempt >= ATTEMPTS) {
      throw new PublishFailedException(
          "JetStream did not acknowledge %s: %s".formatted(subject, reason.getMessage()), reason);
    }
    try {
      if (broker.pause(BETWEEN.multipliedBy(attempt))) {
        throw new PublishFailedException("closing; " + subject + " was not acknowledged", reason);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishFailedException("interrupted while publishing " + subject, e);
    }
  }
}
