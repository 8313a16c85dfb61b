package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.flow.CircuitBreaker;
import io.weir.messaging.flow.InFlight;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts at messages that wait for JetStream's acknowledgement: sends each, takes the
 * answers, and sends again what stays unanswered, is refused for now or was under way when the
 * connection or a leader was lost, with the same headers and so the same message id: the copy that
 * the client may still hold in its buffer and send after a reconnect is then stored only once.
 * Thread-safe.
 */
final class PublishAttempts {
  private static final Duration WHILE_AWAY = Duration.ofMillis(500);
  private static final Duration FIRST_DELAY = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);

  private final Logger log = LoggerFactory.getLogger(PublishAttempts.class);
  private final Broker broker;
  private final Duration ackTimeout;
  private final InFlight inFlight;
  private final CircuitBreaker circuit;
  private final PublisherMeters meters;
  private final String inbox;
  private final Map<Long, PendingPublish> pending = new ConcurrentHashMap<>();

  /**
   * @param inFlight where room was made for each message; given back when it is finished
   * @param inbox the prefix of the subjects that answers come to
   */
  PublishAttempts(
      Broker broker,
      Duration ackTimeout,
      InFlight inFlight,
      CircuitBreaker circuit,
      PublisherMeters meters,
      String inbox) {
    this.broker = broker;
    this.ackTimeout = ackTimeout;
    this.inFlight = inFlight;
    this.circuit = circuit;
    this.meters = meters;
    this.inbox = inbox;
  }

  /** Sends it for the first time. */
  void begin(PendingPublish message, CircuitBreaker.Permit permit) {
    pending.put(message.number, message);
    send(message, permit, true);
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  void giveUpAll(String reason) {
    List.copyOf(pending.values()).forEach(message -> giveUp(message, reason, null));
  }

  /** Takes an answer to the inbox; does not wait. */
  void answered(Message answer) {
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

  /** Deals with what is due; throws nothing. */
  void look() {
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

  /**
   * What the old leader left unanswered would be sent again after the time for an acknowledgement
   * only, and the circuit tried later still.
   */
  void tryNewLeader() {
    circuit.tryNow();
    sendAllAgain("its stream changed its leader", NewLeaders.SETTLING);
  }

  /**
   * What was under way may be lost, with its connection or its leader.
   *
   * @param fresh what was sent within this time is on its way to the new one
   */
  void sendAllAgain(String reason, Duration fresh) {
    for (PendingPublish message : List.copyOf(pending.values())) {
      if (message.isTooOld()) {
        giveUp(message, reason, null);
      } else if (!message.isFresh(fresh)) {
        ignored(message);
        send(message, circuit.tryPermit().orElse(null), false);
      }
    }
  }

  private void send(
      PendingPublish message, CircuitBreaker.@Nullable Permit permit, boolean counts) {
    int attempt = message.begin(permit, ackTimeout, counts);
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

  private void unanswered(PendingPublish message) {
    var reason = new TimeoutException("no acknowledgement within " + ackTimeout);
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
