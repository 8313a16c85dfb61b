package io.weir.messaging.jetstream;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.service.ServiceMessage;
import io.weir.messaging.Codec;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.RequestFailedException;
import io.weir.messaging.RequestFailedException.InvalidReply;
import io.weir.messaging.RequestFailedException.NoResponders;
import io.weir.messaging.RequestFailedException.Refused;
import io.weir.messaging.RequestFailedException.TimedOut;
import io.weir.messaging.Subject;
import io.weir.messaging.trace.TracedMessage;
import io.weir.messaging.trace.Tracing;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Asks other services over NATS and waits for their answers. Nothing of it is stored: for work that
 * must not be lost, publish. Thread-safe.
 */
public final class Requests {
  /** How long an answer is waited for if nothing else is said. */
  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Broker broker;
  private final ReplyInbox inbox;
  private final Tracing tracing;
  private final MeterRegistry meters;
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();

  Requests(Broker broker, Tracing tracing, MeterRegistry meters) {
    this.broker = broker;
    this.inbox = new ReplyInbox(broker);
    this.tracing = tracing;
    this.meters = meters;
  }

  void start() {
    inbox.start();
  }

  /** As the other, with {@link #TIMEOUT}. */
  public <Q, A> A request(Subject subject, Codec<Q> codec, Q message, Codec<A> replyCodec)
      throws InterruptedException {
    return request(subject, codec, message, replyCodec, TIMEOUT);
  }

  /**
   * Sends {@code message} and waits for the answer. The correlation id of the log context and the
   * trace context go with it.
   *
   * @param timeout longest wait, at least 1 ms
   * @throws NoResponders at once, when nobody listens
   * @throws TimedOut when no answer came in time
   * @throws Refused when the answer is an error
   * @throws InvalidReply when the answer breaks its contract
   * @throws InvalidMessageException when the request breaks its own, or is larger than the server
   *     takes
   * @throws DependencyUnavailableException when NATS is away
   */
  public <Q, A> A request(
      Subject subject, Codec<Q> codec, Q message, Codec<A> replyCodec, Duration timeout)
      throws InterruptedException {
    byte[] payload = codec.encode(message).toByteArray();
    Headers headers = headers(codec);
    String correlationId = correlationId();
    if (!correlationId.isEmpty()) {
      headers.put(MessageHeaders.CORRELATION_ID, correlationId);
    }
    Tracing.Sending sending =
        tracing.send(
            new TracedMessage(subject.name(), subject.family(), "", "", correlationId),
            (name, value) -> headers.put(name, value));
    long begun = System.nanoTime();
    String outcome = "error";
    try {
      checkSize(subject, headers, payload);
      A answer = answer(subject, replyCodec, asked(subject, headers, payload, timeout));
      outcome = "ok";
      sending.stored();
      return answer;
    } catch (RequestFailedException e) {
      outcome = outcome(e);
      sending.failed(e);
      throw e;
    } catch (RuntimeException | InterruptedException e) {
      sending.failed(e);
      throw e;
    } finally {
      timer(subject, outcome).record(Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private Message asked(Subject subject, Headers headers, byte[] payload, Duration timeout)
      throws InterruptedException {
    try {
      return inbox.request(subject.name(), headers, payload, timeout);
    } catch (TimeoutException e) {
      throw new TimedOut(subject, timeout);
    }
  }

  private static <A> A answer(Subject subject, Codec<A> codec, Message message) {
    if (message.isStatusMessage()) {
      throw new NoResponders(subject);
    }
    Map<String, String> headers = MessageHeaders.read(message.getHeaders());
    String error = headers.get(ServiceMessage.NATS_SERVICE_ERROR);
    String code = headers.get(ServiceMessage.NATS_SERVICE_ERROR_CODE);
    if (error != null || code != null) {
      throw refused(error, code, headers.get(MessageHeaders.RETRY_AFTER));
    }
    try {
      return codec.decode(
          ByteString.copyFrom(message.getData()),
          headers.getOrDefault(MessageHeaders.CONTENT_TYPE, ""));
    } catch (InvalidMessageException e) {
      throw new InvalidReply(subject, e);
    }
  }

  private static Refused refused(
      @Nullable String error, @Nullable String code, @Nullable String retryAfter) {
    return new Refused(
        (int) number(code, 500),
        error == null ? "refused without a reason" : error,
        retryAfter == null ? null : Duration.ofSeconds(number(retryAfter, 1)));
  }

  private static long number(@Nullable String text, int otherwise) {
    return text != null && text.matches("\\d{1,6}") ? Long.parseLong(text) : otherwise;
  }

  private void checkSize(Subject subject, Headers headers, byte[] payload) {
    int size = headers.serializedLength() + payload.length;
    long most = broker.connection().getMaxPayload();
    if (most > 0 && size > most) {
      // The server would end the connection.
      throw new InvalidMessageException(
          "%s: a request of %d bytes with its headers; the server takes %d"
              .formatted(subject, size, most));
    }
  }

  static Headers headers(Codec<?> codec) {
    Headers headers = new Headers();
    headers.put(MessageHeaders.CONTENT_TYPE, codec.contentType());
    headers.put(MessageHeaders.MESSAGE_TYPE, codec.messageType());
    return headers;
  }

  private static String correlationId() {
    String id = MDC.get("correlation_id");
    return id == null ? "" : MessageHeaders.printable(id);
  }

  private static String outcome(RequestFailedException failure) {
    return switch (failure) {
      case NoResponders _ -> "no_responders";
      case TimedOut _ -> "timed_out";
      case Refused _ -> "refused";
      case InvalidReply _ -> "invalid_reply";
    };
  }

  private Timer timer(Subject subject, String outcome) {
    String family = subject.family().isEmpty() ? "other" : subject.family();
    return timers.computeIfAbsent(
        family + " " + outcome,
        key ->
            Timer.builder("weir.requests.sent")
                .description("Requests to other services over NATS, by subject and outcome.")
                .tags("subject", family, "outcome", outcome)
                .register(meters));
  }
}
