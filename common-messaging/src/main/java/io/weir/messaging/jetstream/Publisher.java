package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.impl.Headers;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.MessagingException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.flow.ReadyThreads;
import io.weir.messaging.trace.TracedMessage;
import io.weir.messaging.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages; one is published when JetStream has stored it. A publish whose
 * acknowledgement was lost is sent again with the same message id, so it is stored once, as long as
 * that is within the stream's duplicate window. What is on its way is bounded, whoever publishes.
 * Carries the trace context of the work that publishes. Thread-safe.
 */
public final class Publisher {
  private static final Executor COMPLETIONS = new ReadyThreads("published");

  private final PublishPipeline pipeline;
  private final PublishOptions options;
  private final Tracing tracing;

  Publisher(
      Broker broker, PublishOptions options, MeterRegistry meters, Tracing tracing, Clock clock) {
    this.options = options;
    this.tracing = tracing;
    this.pipeline = new PublishPipeline(broker, options, meters, clock);
  }

  void start() {
    pipeline.start();
  }

  Tracing tracing() {
    return tracing;
  }

  /**
   * Publishes {@code message} and waits until it is stored: for up to three attempts of 5 s, and 10
   * s for room among the messages under way.
   *
   * @return its sequence in the stream
   * @throws PublishFailedException when JetStream did not acknowledge it; it may be stored all the
   *     same, so try again only with the same id
   * @throws InvalidMessageException when it is larger than the server or the stream takes, or its
   *     id can't be sent
   */
  public long publish(Outgoing message) {
    return published(traced(message), headers(message), PayloadBytes.of(message.payload()));
  }

  /**
   * Publishes {@code message} without waiting for its acknowledgement. Waits for room if there are
   * too many messages or bytes under way, up to 10 s; sends up to eight times, which outlasts the
   * election of a stream's leader. Messages that have to be sent again may be stored in another
   * order.
   *
   * @return its sequence in the stream once it is stored, or {@link PublishFailedException} or
   *     {@link InvalidMessageException}; completed on a thread of its own, so what follows may
   *     block. Cancelling it does not take the message back
   * @throws PublishFailedException when there was no room, or NATS is away: nothing was sent
   * @throws InvalidMessageException as {@link #publish}
   */
  public CompletableFuture<Long> publishAsync(Outgoing message) throws InterruptedException {
    return pipelined(message, options.reserveTimeout())
        .orElseThrow(() -> pipeline.noRoom(message.subject().name()));
  }

  /** As {@link #publishAsync}, but does not wait for room: empty when there is none. */
  public Optional<CompletableFuture<Long>> tryPublishAsync(Outgoing message)
      throws InterruptedException {
    return pipelined(message, Duration.ZERO);
  }

  /**
   * Publishes ready-made bytes under headers that hold a message id, and a trace context if they
   * are part of earlier work.
   */
  long send(String subject, Headers headers, byte[] payload) {
    String id = String.valueOf(headers.getFirst(MessageHeaders.MESSAGE_ID));
    return published(new TracedMessage(subject, "", "", id, ""), headers, payload);
  }

  /** Waits until what is under way is acknowledged or given up. */
  void drain(Duration timeout) throws InterruptedException {
    pipeline.awaitIdle(timeout);
  }

  void close() {
    pipeline.close();
  }

  private Optional<CompletableFuture<Long>> pipelined(Outgoing message, Duration longest)
      throws InterruptedException {
    Headers headers = headers(message);
    Tracing.Sending sending = begin(traced(message), headers);
    try {
      Optional<CompletableFuture<Long>> stored =
          pipeline.submit(
              message.subject().name(),
              headers,
              PayloadBytes.of(message.payload()),
              longest,
              options.pipelinedAttempts());
      return stored.map(
          sequence ->
              sequence.whenCompleteAsync((s, failure) -> ended(sending, failure), COMPLETIONS));
    } catch (MessagingException | InterruptedException e) {
      sending.failed(e);
      throw e;
    }
  }

  private long published(TracedMessage traced, Headers headers, byte[] payload) {
    Tracing.Sending sending = begin(traced, headers);
    try {
      long sequence = awaited(traced.destination(), headers, payload);
      sending.stored();
      return sequence;
    } catch (MessagingException e) {
      sending.failed(e);
      throw e;
    }
  }

  private long awaited(String subject, Headers headers, byte[] payload) {
    try {
      return pipeline
          .submit(subject, headers, payload, options.reserveTimeout(), options.attempts())
          .orElseThrow(() -> pipeline.noRoom(subject))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishFailedException("interrupted while publishing " + subject, e);
    } catch (ExecutionException e) {
      // Made on another thread: thrown anew, so that the stack shows who published.
      String reason = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      throw e.getCause() instanceof InvalidMessageException invalid
          ? new InvalidMessageException(reason, invalid)
          : new PublishFailedException(reason, e.getCause());
    }
  }

  private Tracing.Sending begin(TracedMessage message, Headers headers) {
    boolean ofEarlierWork = headers.containsKey(MessageHeaders.TRACEPARENT);
    return tracing.send(
        message,
        (name, value) -> {
          if (!ofEarlierWork) {
            headers.put(name, value);
          }
        });
  }

  private static void ended(Tracing.Sending sending, @Nullable Throwable failure) {
    if (failure == null) {
      sending.stored();
    } else {
      sending.failed(failure);
    }
  }

  private static TracedMessage traced(Outgoing message) {
    return new TracedMessage(
        message.subject().name(),
        message.subject().family(),
        "",
        message.id(),
        message.correlationId());
  }

  private static Headers headers(Outgoing message) {
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
    return headers;
  }
}
