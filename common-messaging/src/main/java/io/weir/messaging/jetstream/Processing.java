package io.weir.messaging.jetstream;

import com.google.protobuf.ByteString;
import io.nats.client.Message;
import io.weir.messaging.Codec;
import io.weir.messaging.Delivery;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.trace.TracedMessage;
import io.weir.messaging.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes one message from its arrival to its settlement: decode → validate → handle → settle. Every
 * way out of the handler is an outcome; nothing is acknowledged but by {@link Settlement}.
 */
final class Processing<T> {
  private static final Duration AFTER_INTERRUPT = Duration.ofMillis(500);
  private static final Duration AFTER_FAILED_SETTLEMENT = Duration.ofSeconds(30);

  private final Logger log = LoggerFactory.getLogger(Processing.class);
  private final ConsumerSpec spec;
  private final Codec<T> codec;
  private final MessageHandler<T> handler;
  private final ConsumerOptions options;
  private final FailureCounts failureCounts;
  private final Settlement settlement;
  private final Tracing tracing;
  private final Leases leases;
  private final ConsumerMeters meters;
  private final Clock clock;
  private final AtomicLong nextLease = new AtomicLong();
  private volatile boolean stopping;

  Processing(
      ConsumerSpec spec,
      Codec<T> codec,
      MessageHandler<T> handler,
      ConsumerOptions options,
      FailureCounts failureCounts,
      Settlement settlement,
      Tracing tracing,
      Leases leases,
      ConsumerMeters meters,
      Clock clock) {
    this.spec = spec;
    this.codec = codec;
    this.handler = handler;
    this.options = options;
    this.failureCounts = failureCounts;
    this.settlement = settlement;
    this.tracing = tracing;
    this.leases = leases;
    this.meters = meters;
    this.clock = clock;
  }

  /** From here on an interrupt means that the service stops, not that a deadline has passed. */
  void stopping() {
    stopping = true;
  }

  /** Returns when {@code message} is settled or handed back; throws nothing. */
  void process(Message message) {
    long lease = nextLease.incrementAndGet();
    long begun = System.nanoTime();
    String became = "failed";
    try {
      AckReply origin = AckReply.parse(message.getReplyTo());
      Map<String, String> headers = MessageHeaders.read(message.getHeaders());
      meters.begun(origin, clock.instant());
      Instant deadline = clock.instant().plus(options.deadline());
      leases.hold(lease, message, deadline);
      describeInLogs(origin, headers);
      became =
          tracing.process(
              traced(message, headers),
              headers,
              () -> work(lease, message, origin, headers, deadline));
    } catch (InterruptedException e) {
      handBack(message, AFTER_INTERRUPT);
      became = "interrupted";
    } catch (Throwable e) {
      // An error too: a thread that dies without a word would leave its message to come back for
      // ever.
      log.atWarn().setCause(e).log("settlement failed, the message comes back");
      handBack(message, AFTER_FAILED_SETTLEMENT);
    } finally {
      MDC.clear();
      leases.release(lease);
      meters.settled(became, Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private String work(
      long lease, Message message, AckReply origin, Map<String, String> headers, Instant deadline)
      throws Exception {
    if (isReplayForAnother(headers)) {
      message.ack();
      return "replay_for_other";
    }
    var none = new FailureCounts.Failures(0, clock.instant());
    var unknown = new Settlement.Attempt(message, origin, none, headers, reason -> {});
    try {
      FailureCounts.Failures failures =
          origin.deliveries() > 1 ? failureCounts.read(origin, clock.instant()) : none;
      Delivery<T> delivery;
      try {
        delivery = delivery(message, origin, headers, failures, deadline);
      } catch (InvalidMessageException | StackOverflowError e) {
        return settlement.invalid(unknown, reason(e));
      }
      var attempt =
          new Settlement.Attempt(
              message, origin, failures, headers, reason -> handler.deadLettered(delivery, reason));
      if (failures.count() >= options.maxFailures()) {
        return settlement.exhaustedBefore(attempt);
      }
      Outcome outcome = outcome(delivery);
      leases.settling(lease);
      try {
        return settlement.settle(attempt, outcome);
      } catch (InvalidMessageException e) {
        return settlement.settle(
            attempt, Outcome.dead("its result can't be published: " + reason(e)));
      }
    } catch (PublishFailedException e) {
      return settlement.notPublished(unknown, reason(e));
    } catch (DependencyUnavailableException e) {
      return settlement.unavailable(unknown, e.dependency(), reason(e));
    }
  }

  private boolean isReplayForAnother(Map<String, String> headers) {
    String replayFor = headers.get(MessageHeaders.REPLAY_FOR);
    return replayFor != null && !replayFor.equals(spec.stream() + "/" + spec.durable());
  }

  private Outcome outcome(Delivery<T> delivery) throws InterruptedException {
    try {
      return handler.handle(delivery);
    } catch (InterruptedException e) {
      if (stopping) {
        throw e;
      }
      return Outcome.retry("not done within " + options.deadline());
    } catch (InvalidMessageException e) {
      return Outcome.dead(reason(e));
    } catch (DependencyUnavailableException e) {
      return Outcome.unavailable(e.dependency(), reason(e));
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      // Hostile input brings down a parser with an error as easily as with an exception.
      log.atWarn().setCause(e).log("handler failed");
      return Outcome.retry(reason(e));
    }
  }

  private Delivery<T> delivery(
      Message message,
      AckReply origin,
      Map<String, String> headers,
      FailureCounts.Failures failures,
      Instant deadline) {
    T payload =
        codec.decode(
            ByteString.copyFrom(message.getData()),
            headers.getOrDefault(MessageHeaders.CONTENT_TYPE, ""));
    return new Delivery<>(
        payload,
        origin.stream(),
        origin.consumer(),
        origin.sequence(),
        message.getSubject(),
        messageId(headers, origin),
        failures.count(),
        origin.deliveries(),
        origin.timestamp(),
        deadline,
        headers.getOrDefault(MessageHeaders.CORRELATION_ID, ""),
        headers);
  }

  /** Ids of results are made from it, and a header that is sent may hold ASCII only. */
  private static String messageId(Map<String, String> headers, AckReply origin) {
    String id = headers.getOrDefault(MessageHeaders.MESSAGE_ID, "");
    return id.isBlank() || !MessageHeaders.isPrintable(id)
        ? origin.stream() + ":" + origin.sequence()
        : id;
  }

  private TracedMessage traced(Message message, Map<String, String> headers) {
    return new TracedMessage(
        message.getSubject(),
        spec.destination(),
        spec.durable(),
        headers.getOrDefault(MessageHeaders.MESSAGE_ID, ""),
        headers.getOrDefault(MessageHeaders.CORRELATION_ID, ""));
  }

  private void handBack(Message message, Duration delay) {
    try {
      message.nakWithDelay(delay);
    } catch (IllegalStateException e) {
      // Not connected: the server delivers it again after the ack-wait.
      log.atDebug().addKeyValue("reason", e.getMessage()).log("hand-back not sent");
    }
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Puts the ids that find everything of one piece of work into every log line of its thread. */
  private static void describeInLogs(AckReply origin, Map<String, String> headers) {
    MDC.put("stream", origin.stream());
    MDC.put("sequence", String.valueOf(origin.sequence()));
    String correlation = headers.get(MessageHeaders.CORRELATION_ID);
    if (correlation != null) {
      MDC.put("correlation_id", correlation);
    }
  }
}
