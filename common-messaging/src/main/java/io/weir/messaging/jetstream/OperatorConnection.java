package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.JetStreamApiException;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.MessagingException;
import io.weir.messaging.trace.Tracing;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * NATS as an operator sees it: how streams stand, and the dead letters. Unlike {@link Messaging} it
 * changes no stream and waits for the server only so long. Thread-safe.
 */
public final class OperatorConnection implements AutoCloseable {
  private static final int NOT_FOUND = 404;

  private final Broker broker;
  private final Clock clock;
  private final Publisher publisher;
  private final DeadLetters deadLetters;

  private OperatorConnection(Broker broker, Clock clock) {
    this.broker = broker;
    this.clock = clock;
    var meters = new SimpleMeterRegistry();
    this.publisher = new Publisher(broker, PublishOptions.DEFAULT, meters, Tracing.global(), clock);
    publisher.start();
    this.deadLetters = new DeadLetters(broker, publisher, clock);
  }

  /**
   * Connects.
   *
   * @param name shown by the server among its connections
   * @param patience longest wait
   * @throws DependencyUnavailableException when the server does not answer in time
   * @throws MessagingException when it refuses the credentials
   */
  public static OperatorConnection open(String name, BrokerSettings settings, Duration patience)
      throws InterruptedException {
    var broker = new Broker(name, settings, new SimpleMeterRegistry());
    var connected = new CompletableFuture<Void>();
    Thread.ofVirtual()
        .name("connect")
        .start(
            () -> {
              try {
                broker.start();
                connected.complete(null);
              } catch (InterruptedException | RuntimeException e) {
                connected.completeExceptionally(e);
              }
            });
    try {
      var _ = connected.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      broker.close();
      throw new DependencyUnavailableException(
          "NATS",
          "%s does not answer within %d s".formatted(settings.shownUrl(), patience.toSeconds()),
          e);
    } catch (ExecutionException e) {
      broker.close();
      throw e.getCause() instanceof MessagingException refusal
          ? refusal
          : new DependencyUnavailableException("NATS", String.valueOf(e.getMessage()), e);
    }
    return new OperatorConnection(broker, Clock.systemUTC());
  }

  /** How all streams and their consumers stand, by name. */
  public List<StreamStatus> streams() {
    return new StreamStatuses(broker, clock).all();
  }

  /**
   * The dead letters.
   *
   * @throws MessagingException when no service has put their streams in place yet
   */
  public DeadLetters deadLetters() {
    for (String stream : List.of(LetterStore.STREAM.name(), AuditLog.STREAM.name())) {
      try {
        var _ = broker.management().getStreamInfo(stream);
      } catch (JetStreamApiException e) {
        if (e.getErrorCode() == NOT_FOUND) {
          throw new MessagingException(
              "there is no stream %s at %s: services create it when they start"
                  .formatted(stream, broker.settings().shownUrl()));
        }
        throw LetterStore.unavailable(e);
      } catch (IOException e) {
        throw LetterStore.unavailable(e);
      }
    }
    return deadLetters;
  }

  @Override
  public void close() {
    publisher.close();
    broker.close();
  }
}
