package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.flow.CircuitBreaker;
import io.weir.messaging.flow.InFlight;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages on their way to JetStream, bounded before they are sent. Acknowledgements come to an
 * inbox of its own, whose last tokens say which message and which attempt they answer. What stays
 * unanswered, is refused for now or was under way when the connection was lost is sent again with
 * the same headers and so the same message id: the copy that the client may still hold in its
 * buffer and send after a reconnect is then stored only once.
 *
 * <p>Not built on the client's own asynchronous publish, which has no bound and looks for lost
 * acknowledgements every five seconds only. Thread-safe.
 */
final class PublishPipeline {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration WHILE_AWAY = Duration.ofMillis(500);
  private static final Duration FIRST_DELAY = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);

  private final Logger log = LoggerFactory.getLogger(PublishPipeline.class);
  private final Broker broker;
  private final PublishOptions options;
  private final InFlight inFlight;
  private final CircuitBreaker circuit;
  private final PublisherMeters meters;
  private final Map<Long, PendingPublish> pending = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("publish-watch").daemon().factory());
  private final NewLeaders leaders = new NewLeaders(watch, this::tryNewLeader);
  private volatile @Nullable String inbox;
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
    var _ = answers.subscribe(prefix + ".>", this::answered);
    var _ = answers.subscribe(NewLeaders.TOLD_ON, event -> leaders.elected());
    inbox = prefix;
    broker.onResubscribed(circuit::tryNow);
    broker.onResubscribed(
        () -> watch.execute(() -> sendAllAgain("the connection was lost", Duration.ZERO)));
    broker.onAnswering(circuit::tryNow);
    var _ =
        watch.scheduleWithFixedDelay(
            this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Sends a message once there is room for it.
   *
   * @param longest wait for room
   * @param attempts how often to send it at most
   * @return its sequence once it is stored; completed on a thread that must not be held up. Empty
   *     when there was no room
   * @throws PublishFailedException when nothing was sent
   * @throws InvalidMessageException when no server would take it
   */
  Optional<CompletableFuture<Long>> submit(
      String subject, Headers headers, byte[] payload, Duration longest, int attempts)
      throws InterruptedException {
    int size = headers.serializedLength() + payload.length;
    checkSendable(subject, size);
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
            attempts,
            // Duration's own product goes by way of decimal numbers.
            Duration.ofNanos(options.ackTimeout().toNanos() * attempts));
    pending.put(message.number, message);
    send(message, permit, true);
    if (closed) {
      giveUp(message, "closing", null);
    }
    return Optional.of(message.stored);
  }

  /** Waits until nothing is under way, but no longer than {@code timeout}. */
  void awaitIdle(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!pending.isEmpty() && System.nanoTime() - deadline < 0) {
      var _ = new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
  }

  /** Gives up what is under way. */
  void close() {
    closed = true;
    watch.shutdownNow();
    List.copyOf(pending.values()).forEach(message -> giveUp(message, "closing", null));
  }

  private void checkSendable(String subject, int size) {
    // Disconnected, the client would hold the message back and send it some time later, when the
    // caller has long been told that it failed.
    if (inbox == null || closed || !broker.connected()) {
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

  private void send(
      PendingPublish message, CircuitBreaker.@Nullable Permit permit, boolean counts) {
    int attempt = message.begin(permit, options.ackTimeout(), counts);
    if (attempt == 0) {
      return;
    }
    if (attempt > 1) {
      meters.retried();
    }
    try {
      broker
          .connection()
          .publish(
              message.subject,
              inbox + "." + message.number + "." + attempt,
              message.headers,
              message.payload);
    } catch (IllegalArgumentException e) {
      fail(message, new InvalidMessageException(message.subject + ": " + e.getMessage(), e));
    } catch (RuntimeException e) {
      // The client's queue is full, or it is closing.
      failedAttempt(message, String.valueOf(e.getMessage()), e);
    }
  }

  /** Runs on the client's thread. */
  private void answered(Message answer) {
    String to = answer.getSubject();
    int last = to.lastIndexOf('.');
    int number = to.lastIndexOf('.', last - 1);
    int attempt = Integer.parseInt(to, last + 1, to.length(), 10);
    PendingPublish message = pending.get(Long.parseLong(to, number + 1, last, 10));
    if (answer.isStatusMessage()) {
      if (message != null && message.isAt(attempt)) {
        ignored(message);
        failedAttempt(message, "no stream answers (" + answer.getStatus().getCode() + ")", null);
      }
      return;
    }
    PublishAnswer meant = PublishAnswer.of(answer);
    // A leader without a majority says that nothing is stored yet, too: no sign that publishing
    // works. All else is one, late or not.
    if (!(meant instanceof PublishAnswer.NothingStoredYet)) {
      CircuitBreaker.Permit permit = message == null ? null : message.takePermit();
      if (permit != null) {
        permit.succeeded();
      } else {
        circuit.reset();
      }
    }
    if (message != null) {
      take(message, attempt, meant);
    }
  }

  private void take(PendingPublish message, int attempt, PublishAnswer answer) {
    switch (answer) {
      case PublishAnswer.Stored(long sequence, boolean before) -> {
        if (finish(message)) {
          meters.stored(message.age(), before);
          var _ = message.stored.complete(sequence);
        }
      }
      case PublishAnswer.TooLarge(var cause) ->
          fail(message, PublishAnswer.tooLarge(message, cause));
      case PublishAnswer.RefusedForGood(var reason, var cause) -> giveUp(message, reason, cause);
      case PublishAnswer.RefusedForNow(var reason, var cause) -> {
        message.refused(cause);
        failedAttempt(message, attempt, reason, cause);
      }
      case PublishAnswer.NothingStoredYet(var reason, var cause) ->
          // What a full stream has refused is not stored because of that, whatever comes after.
          failedAttempt(
              message, attempt, reason, message.refusal() == null ? cause : message.refusal());
    }
  }

  private void look() {
    try {
      long now = System.nanoTime();
      for (PendingPublish message : pending.values()) {
        switch (message.due(now)) {
          case NOTHING -> {}
          case UNANSWERED -> unanswered(message);
          case RESEND -> sendAgain(message);
        }
      }
    } catch (RuntimeException | Error e) {
      // A watch that died would leave lost messages in flight for good.
      log.atWarn().setCause(e).log("watch over publishes failed, going on");
    }
  }

  private void unanswered(PendingPublish message) {
    var reason = new TimeoutException("no acknowledgement within " + options.ackTimeout());
    CircuitBreaker.Permit permit = message.takePermit();
    if (permit != null && broker.connected()) {
      permit.failed(reason);
    } else if (permit != null) {
      permit.ignored();
    }
    if (message.isSpent()) {
      giveUp(message, String.valueOf(reason.getMessage()), reason);
    } else {
      sendAgain(message);
    }
  }

  private void sendAgain(PendingPublish message) {
    if (broker.connected()) {
      send(message, circuit.tryPermit().orElse(null), true);
    } else if (message.isTooOld()) {
      giveUp(message, "the connection was lost", null);
    } else {
      message.again(WHILE_AWAY);
    }
  }

  /**
   * What the old leader left unanswered would be sent again after the time for an acknowledgement
   * only, and the circuit tried later still.
   */
  private void tryNewLeader() {
    circuit.tryNow();
    sendAllAgain("its stream changed its leader", NewLeaders.SETTLING);
  }

  /**
   * What was under way may be lost, with its connection or its leader.
   *
   * @param fresh what was sent within this time is on its way to the new one
   */
  private void sendAllAgain(String reason, Duration fresh) {
    for (PendingPublish message : List.copyOf(pending.values())) {
      if (message.isTooOld()) {
        giveUp(message, reason, null);
      } else if (!message.isFresh(fresh)) {
        ignored(message);
        send(message, circuit.tryPermit().orElse(null), false);
      }
    }
  }

  private static void ignored(PendingPublish message) {
    CircuitBreaker.Permit permit = message.takePermit();
    if (permit != null) {
      permit.ignored();
    }
  }

  /** The answer to an earlier attempt says nothing about the one that is under way. */
  private void failedAttempt(
      PendingPublish message, int attempt, String reason, @Nullable Exception cause) {
    if (message.isAt(attempt)) {
      failedAttempt(message, reason, cause);
    }
  }

  private void failedAttempt(PendingPublish message, String reason, @Nullable Exception cause) {
    log.atDebug()
        .addKeyValue("subject", message.subject)
        .addKeyValue("attempt", message.attempts())
        .addKeyValue("reason", reason)
        .log("publish not acknowledged");
    if (message.isSpent()) {
      giveUp(message, reason, cause);
      return;
    }
    ignored(message);
    long doubled = FIRST_DELAY.toMillis() << Math.min(message.attempts() - 1, 10);
    message.again(Duration.ofMillis(Math.min(doubled, LONGEST_DELAY.toMillis())));
  }

  private void giveUp(PendingPublish message, String reason, @Nullable Exception cause) {
    fail(
        message,
        new PublishFailedException(
            "JetStream did not acknowledge %s: %s (attempt %d)"
                .formatted(message.subject, reason, message.attempts()),
            cause));
  }

  private void fail(PendingPublish message, RuntimeException reason) {
    if (finish(message)) {
      meters.failed();
      var _ = message.stored.completeExceptionally(reason);
    }
  }

  private boolean finish(PendingPublish message) {
    boolean first = message.finish();
    if (first) {
      ignored(message);
      pending.remove(message.number);
      inFlight.release(message.size);
    }
    return first;
  }
}
