package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.impl.Headers;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.flow.CircuitBreaker;
import io.weir.messaging.flow.InFlight;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The messages on their way to JetStream, bounded before they are sent. Acknowledgements come to an
 * inbox of its own, whose last tokens say which message and which attempt they answer; what has to
 * be sent again is told in {@link PublishAttempts}.
 *
 * <p>Not built on the client's own asynchronous publish, which has no bound and looks for lost
 * acknowledgements every five seconds only. Thread-safe.
 */
final class PublishPipeline {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final String CLOSING = "closing";

  private final Broker broker;
  private final PublishOptions options;
  private final InFlight inFlight;
  private final CircuitBreaker circuit;
  private final PublisherMeters meters;
  private final AtomicLong numbers = new AtomicLong();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("publish-watch").daemon().factory());
  private volatile @Nullable PublishAttempts attempts;
  private volatile boolean closed;

  PublishPipeline(Broker broker, PublishOptions options, MeterRegistry registry, Clock clock) {
    this.broker = broker;
    this.options = options;
    this.inFlight = new InFlight(options.maxInFlight(), options.maxBytesInFlight());
    this.circuit = CircuitBreaker.of("jetstream", options.circuit(), clock, registry);
    this.meters = new PublisherMeters(registry, inFlight);
  }

  /** The connection is there. */
  void start() {
    Connection connection = broker.connection();
    String prefix = connection.createInbox();
    Dispatcher answers = connection.createDispatcher();
    var started =
        new PublishAttempts(broker, options.ackTimeout(), inFlight, circuit, meters, prefix);
    var leaders = new NewLeaders(watch, started::tryNewLeader);
    var _ = answers.subscribe(prefix + ".>", started::answered);
    var _ = answers.subscribe(NewLeaders.TOLD_ON, event -> leaders.elected());
    attempts = started;
    broker.onResubscribed(circuit::tryNow);
    broker.onResubscribed(
        () -> watch.execute(() -> started.sendAllAgain("the connection was lost", Duration.ZERO)));
    broker.onAnswering(circuit::tryNow);
    var _ =
        watch.scheduleWithFixedDelay(
            started::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Sends a message once there is room for it.
   *
   * @param longest wait for room
   * @param mostAttempts how often to send it at most
   * @return its sequence once it is stored; completed on a thread that must not be held up. Empty
   *     when there was no room
   * @throws PublishFailedException when nothing was sent
   * @throws InvalidMessageException when no server would take it
   */
  Optional<CompletableFuture<Long>> submit(
      String subject, Headers headers, byte[] payload, Duration longest, int mostAttempts)
      throws InterruptedException {
    int size = headers.serializedLength() + payload.length;
    PublishAttempts sending = sendable(subject, size);
    if (!inFlight.reserve(size, longest)) {
      return Optional.empty();
    }
    CircuitBreaker.Permit permit = circuit.tryPermit().orElse(null);
    if (permit == null) {
      inFlight.release(size);
      throw refused("%s was not published: %s".formatted(subject, circuit.refusal().getMessage()));
    }
    var message =
        new PendingPublish(
            numbers.incrementAndGet(),
            subject,
            headers,
            payload,
            size,
            mostAttempts,
            // Duration's own product goes by way of decimal numbers.
            Duration.ofNanos(options.ackTimeout().toNanos() * mostAttempts));
    sending.begin(message, permit);
    // Since the look before, and so perhaps not given up with the others.
    if (closed) {
      sending.giveUpAll(CLOSING);
    }
    return Optional.of(message.stored);
  }

  /** Waits until nothing is under way, but no longer than {@code timeout}. */
  void awaitIdle(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    PublishAttempts current = attempts;
    while (current != null && !current.isEmpty() && System.nanoTime() - deadline < 0) {
      var _ = new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
  }

  /** Gives up what is under way. */
  void close() {
    closed = true;
    watch.shutdownNow();
    PublishAttempts current = attempts;
    if (current != null) {
      current.giveUpAll(CLOSING);
    }
  }

  /** What is to send it. */
  private PublishAttempts sendable(String subject, int size) {
    PublishAttempts current = attempts;
    // Disconnected, the client would hold the message back and send it some time later, when the
    // caller has long been told that it failed.
    if (current == null || closed || !broker.connected()) {
      throw refused("not connected to NATS; " + subject + " was not published");
    }
    long most = broker.connection().getMaxPayload();
    if (most > 0 && size > most) {
      // The server would end the connection.
      meters.failed();
      throw new InvalidMessageException(
          "%s: a message of %d bytes with its headers; the server takes %d"
              .formatted(subject, size, most));
    }
    return current;
  }

  /** What to tell a caller for whose message there was no room. */
  PublishFailedException noRoom(String subject) {
    return refused(
        "%s was not published: %d messages of %d bytes wait for JetStream's acknowledgement"
            .formatted(subject, inFlight.count(), inFlight.bytes()));
  }

  private PublishFailedException refused(String reason) {
    meters.failed();
    return new PublishFailedException(reason, null);
  }
}
