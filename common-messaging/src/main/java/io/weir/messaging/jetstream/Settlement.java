package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.flow.DependencyGate;
import io.weir.messaging.flow.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a delivery is settled: publish and await each result, then acknowledge; hand
 * back with a delay; or store the dead letter, then terminate.
 */
final class Settlement {
  private static final String KILLER = "killer";
  private static final Duration AFTER_REFUSED_DEAD_LETTER = Duration.ofSeconds(30);
  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(5);
  static final Duration AFTER_OUTAGE = Duration.ofSeconds(2);

  /** Deliveries that vanished before a hand-back is worth a note that this one did not. */
  private static final int NOTEWORTHY = 2;

  private static final RetryPolicy HAND_BACK =
      new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(30));

  private final Logger log = LoggerFactory.getLogger(Settlement.class);
  private final BooleanSupplier connected;
  private final Results results;
  private final FailureCounts failureCounts;
  private final Burial burial;
  private final DependencyGate gate;
  private final ConsumerOptions options;
  private final RandomGenerator random;

  Settlement(
      BooleanSupplier connected,
      Results results,
      FailureCounts failureCounts,
      DeadLetters deadLetters,
      DependencyGate gate,
      ConsumerOptions options,
      Clock clock,
      RandomGenerator random) {
    this.connected = connected;
    this.results = results;
    this.failureCounts = failureCounts;
    this.burial = new Burial(deadLetters, failureCounts, options.maxFailures(), clock);
    this.gate = gate;
    this.options = options;
    this.random = random;
  }

  /** Settles {@code attempt} as {@code outcome} says. */
  Settled settle(Attempt attempt, Outcome outcome) throws InterruptedException {
    if (attempt.lease().isVoid()) {
      return lost("void");
    }
    return switch (outcome) {
      case Outcome.Done(var outgoing) -> {
        for (Outgoing message : outgoing) {
          results.publish(attempt.lease(), message);
        }
        acknowledge(attempt);
        yield Settled.as("done");
      }
      case Outcome.Skip(var reason) -> {
        log.atInfo().addKeyValue("reason", reason).log("skipped");
        acknowledge(attempt);
        yield Settled.as("skipped");
      }
      case Outcome.Retry(var reason, var after) -> failed(attempt, reason, after);
      case Outcome.HandBack(var reason, var after) -> {
        log.atDebug().addKeyValue("reason", reason).log("handed back");
        yield postponed(attempt, "handed_back", HAND_BACK.delay(1, after, random));
      }
      case Outcome.Unavailable(var dependency, var reason) ->
          unavailable(attempt, dependency, reason);
      case Outcome.Dead(var reason) -> bury(attempt, attempt.failures(), "dead", reason);
    };
  }

  /** The message can't be worked on at all. */
  Settled invalid(Attempt attempt, String reason) throws InterruptedException {
    return bury(attempt, attempt.failures(), "invalid", reason);
  }

  /** Its failures were spent before this attempt: the dead letter could not be stored then. */
  Settled exhaustedBefore(Attempt attempt) throws InterruptedException {
    return bury(
        attempt,
        attempt.failures(),
        "exhausted",
        "failed %d times".formatted(attempt.failures().count()));
  }

  /** It has taken its worker down with it, the last time while nothing else ran. */
  Settled killer(Attempt attempt) throws InterruptedException {
    return bury(
        attempt,
        attempt.failures(),
        KILLER,
        "%d deliveries ended without a word, the last of them while it ran alone: it seems to bring its worker down"
            .formatted(attempt.failures().vanished(attempt.delivery())));
  }

  /** Something all work needs is away: nothing is counted, and nothing more is pulled for now. */
  Settled unavailable(Attempt attempt, String dependency, String reason) {
    if (gate.close(dependency, reason)) {
      log.atWarn()
          .addKeyValue("dependency", dependency)
          .addKeyValue("reason", reason)
          .log("dependency away, pulling pauses");
    }
    return postponed(attempt, "unavailable", AFTER_OUTAGE);
  }

  /** Whether a dependency that all work needs is away. */
  boolean isWaitingForDependency() {
    return gate.closedBecause().isPresent();
  }

  /**
   * A result was not stored, and waiting for it did not help. With NATS away all pulling pauses;
   * refused though NATS is there (its stream is full or missing) only this message waits, and the
   * operator hears of it.
   */
  Settled notPublished(Attempt attempt, String reason) {
    if (!connected.getAsBoolean()) {
      return unavailable(attempt, "nats", reason);
    }
    log.atWarn().addKeyValue("reason", reason).log("result refused, the message waits");
    return postponed(attempt, "publish_refused", AFTER_REFUSAL);
  }

  /** Gives a message back that was worked on, whatever its key. Counts nothing. */
  void handBack(Attempt attempt, Duration delay) {
    if (attempt.lease().isHeld()) {
      noteEnd(attempt);
      nak(attempt.message(), delay);
    }
  }

  /** Gives a message back that no handler saw in this delivery. Counts nothing. */
  void handBackUnseen(Attempt attempt, Duration delay) {
    if (attempt.lease().isHeld()) {
      note(attempt, attempt.failures().unseen());
      nak(attempt.message(), delay);
    }
  }

  /** Gives a message back that nobody has looked at. */
  void nak(Message message, Duration delay) {
    try {
      message.nakWithDelay(delay);
    } catch (IllegalStateException e) {
      // Not connected: the server delivers it again after the ack-wait.
      log.atDebug().addKeyValue("reason", e.getMessage()).log("hand-back not sent");
    }
  }

  private Settled failed(Attempt attempt, String reason, @Nullable Duration after)
      throws InterruptedException {
    if (!attempt.lease().isHeld()) {
      return lost(reason);
    }
    FailureCounts.Failures failures = attempt.failures().failedAt(attempt.delivery());
    failureCounts.write(attempt.origin(), failures);
    if (failures.count() >= options.maxFailures()) {
      return bury(attempt, failures, "exhausted", reason);
    }
    Duration delay = options.retry().delay(failures.count(), after, random);
    log.atInfo()
        .addKeyValue("reason", reason)
        .addKeyValue("failures", failures.count())
        .addKeyValue("delay", delay)
        .log("failed, retrying");
    return handedOver(attempt, "retry", delay);
  }

  private Settled postponed(Attempt attempt, String outcome, Duration delay) {
    if (!attempt.lease().isHeld()) {
      return lost(outcome);
    }
    noteEnd(attempt);
    return handedOver(attempt, outcome, delay);
  }

  /** To the server, or to be tried again here. */
  private Settled handedOver(Attempt attempt, String outcome, Duration delay) {
    if (attempt.keepsOrder()) {
      return new Settled(outcome, delay);
    }
    nak(attempt.message(), delay);
    return Settled.as(outcome);
  }

  private Settled bury(
      Attempt attempt, FailureCounts.Failures failures, String errorClass, String reason)
      throws InterruptedException {
    if (!attempt.lease().isHeld()) {
      return lost(errorClass);
    }
    return switch (burial.bury(attempt, failures, errorClass, reason)) {
      case Burial.Result.Buried() -> {
        forget(attempt, failures);
        yield Settled.as(errorClass);
      }
      case Burial.Result.Refused() -> {
        if (!errorClass.equals(KILLER)) {
          noteEnd(attempt.with(failures));
        }
        yield handedOver(attempt, "dead_letter_refused", AFTER_REFUSED_DEAD_LETTER);
      }
      case Burial.Result.Untold() ->
          handedOver(attempt, "dead_letter_untold", AFTER_REFUSED_DEAD_LETTER);
    };
  }

  /** The message is somebody else's by now, and so is what becomes of it. */
  private Settled lost(String outcome) {
    log.atWarn().addKeyValue("outcome", outcome).log("lease lost, the outcome is dropped");
    return Settled.as("lease_lost");
  }

  private void acknowledge(Attempt attempt) {
    attempt.message().ack();
    // The pull that the room allows goes out with the acknowledgement, in one write.
    attempt.lease().makeRoom();
    forget(attempt, attempt.failures());
  }

  private void forget(Attempt attempt, FailureCounts.Failures failures) {
    if (failures.isNoted()) {
      failureCounts.forget(attempt.origin());
    }
  }

  /** So that deliveries handed back alive are not taken for such that vanished. */
  private void noteEnd(Attempt attempt) {
    note(attempt, attempt.failures().handedBackAt(attempt.delivery()));
  }

  private void note(Attempt attempt, FailureCounts.Failures noted) {
    FailureCounts.Failures failures = attempt.failures();
    if (failures.vanished(attempt.delivery()) >= NOTEWORTHY || failures.vanishedAlone()) {
      try {
        failureCounts.write(attempt.origin(), noted);
      } catch (DependencyUnavailableException e) {
        log.atDebug().addKeyValue("reason", e.getMessage()).log("hand-back not noted");
      }
    }
  }
}
