package io.weir.messaging.jetstream;

import com.google.protobuf.ByteString;
import io.nats.client.impl.Headers;
import io.nats.service.ServiceMessage;
import io.weir.messaging.Codec;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Request;
import io.weir.messaging.RequestFailedException.Refused;
import io.weir.messaging.RequestHandler;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.messaging.trace.TracedMessage;
import io.weir.messaging.trace.Tracing;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes one request to its answer: decode → validate → handle → encode → send. Every way out of the
 * handler is an answer; one that is an error tells its code and no more than a caller may know.
 * Thread-safe.
 */
final class Answering<Q, A> {
  private static final Duration COME_AGAIN = Duration.ofSeconds(1);
  private static final int HEADER_ROOM = 4 << 10;
  private static final int INVALID = 400;
  private static final int INTERNAL = 500;
  private static final int UNAVAILABLE = 503;

  private final Logger log = LoggerFactory.getLogger(Answering.class);
  private final Broker broker;
  private final Tracing tracing;
  private final RequestMeter meter;
  private final ResponderSpec spec;
  private final Codec<Q> codec;
  private final RequestHandler<Q, A> handler;
  private final Codec<A> replyCodec;
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();

  Answering(
      Broker broker,
      Tracing tracing,
      RequestMeter meter,
      ResponderSpec spec,
      Codec<Q> codec,
      RequestHandler<Q, A> handler,
      Codec<A> replyCodec) {
    this.broker = broker;
    this.tracing = tracing;
    this.meter = meter;
    this.spec = spec;
    this.codec = codec;
    this.handler = handler;
    this.replyCodec = replyCodec;
  }

  long answered() {
    return answered.get();
  }

  long errors() {
    return errors.get();
  }

  Duration processing() {
    return Duration.ofNanos(nanos.get());
  }

  /** Answers {@code message}; throws nothing. */
  void answer(ServiceMessage message) {
    long begun = System.nanoTime();
    boolean failed = true;
    try {
      Map<String, String> headers = MessageHeaders.read(message.getHeaders());
      String correlationId = headers.getOrDefault(MessageHeaders.CORRELATION_ID, "");
      MDC.put("correlation_id", correlationId);
      String outcome =
          tracing.process(
              () ->
                  new TracedMessage(
                      message.getSubject(),
                      spec.subject().family().isEmpty()
                          ? spec.subject().name()
                          : spec.subject().family(),
                      spec.name(),
                      "",
                      correlationId),
              headers,
              () -> handled(message, headers, correlationId));
      failed = !outcome.equals("done");
    } catch (Throwable e) {
      log.atWarn().setCause(e).log("answer not sent");
    } finally {
      MDC.clear();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      answered.incrementAndGet();
      errors.addAndGet(failed ? 1 : 0);
      nanos.addAndGet(took.toNanos());
      meter.record(spec.endpoint(), failed, took);
    }
  }

  /** Answers at once that there is too much to do; does not block. */
  void reject(ServiceMessage message) {
    meter.record(spec.endpoint(), true, Duration.ZERO);
    try {
      refuse(
          message,
          new Refused(
              UNAVAILABLE,
              "%s works on %d requests already; try again shortly"
                  .formatted(spec.name(), spec.concurrency()),
              COME_AGAIN));
    } catch (RuntimeException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("refusal not sent");
    }
  }

  private String handled(
      ServiceMessage message, Map<String, String> headers, String correlationId) {
    try {
      Q payload =
          codec.decode(
              ByteString.copyFrom(message.getData()),
              headers.getOrDefault(MessageHeaders.CONTENT_TYPE, ""));
      byte[] reply =
          encoded(
              handler.answer(new Request<>(payload, message.getSubject(), correlationId, headers)));
      send(message, Requests.headers(replyCodec), reply);
      return "done";
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      refuse(message, refusal(e));
      return "refused";
    }
  }

  /** An answer that breaks its contract is our fault, not the caller's. */
  private byte[] encoded(A reply) {
    byte[] bytes;
    try {
      bytes = replyCodec.encode(reply).toByteArray();
    } catch (InvalidMessageException e) {
      throw new IllegalStateException("the answer breaks its contract: " + e.getMessage(), e);
    }
    long most = broker.connection().getMaxPayload();
    if (most > 0 && bytes.length + HEADER_ROOM > most) {
      throw new Refused(
          INTERNAL, "the answer has %d bytes; the server takes %d".formatted(bytes.length, most));
    }
    return bytes;
  }

  private Refused refusal(Throwable failure) {
    return switch (failure) {
      case Refused refused -> refused;
      case InvalidMessageException e -> new Refused(INVALID, String.valueOf(e.getMessage()));
      case DependencyUnavailableException e -> {
        log.atWarn().addKeyValue("reason", e.getMessage()).log("request refused");
        yield new Refused(UNAVAILABLE, e.dependency() + " is unavailable", COME_AGAIN);
      }
      case InterruptedException _ ->
          new Refused(UNAVAILABLE, spec.name() + " is stopping", COME_AGAIN);
      default -> {
        log.atWarn().setCause(failure).log("request failed");
        yield new Refused(INTERNAL, spec.name() + " failed; its log says more");
      }
    };
  }

  private void refuse(ServiceMessage message, Refused refused) {
    Headers headers = new Headers();
    headers.put(
        ServiceMessage.NATS_SERVICE_ERROR,
        MessageHeaders.printable(String.valueOf(refused.getMessage())));
    headers.put(ServiceMessage.NATS_SERVICE_ERROR_CODE, String.valueOf(refused.code()));
    refused
        .retryAfter()
        .ifPresent(
            after ->
                headers.put(
                    MessageHeaders.RETRY_AFTER, String.valueOf(Math.max(1, after.toSeconds()))));
    send(message, headers, new byte[0]);
  }

  private void send(ServiceMessage message, Headers headers, byte[] payload) {
    if (message.getReplyTo() == null) {
      log.atDebug().log("a request that nobody waits for");
      return;
    }
    message.respond(broker.connection(), payload, headers);
  }
}
