package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.flow.DependencyGate;
import io.weir.messaging.flow.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
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
  /** Tells the handler that its message is safe in the dead letters. */
  interface Bereaved {
    void deadLettered(String reason) throws Exception;
  }

  /**
   * A delivery on its way to be settled.
   *
   * @param failures what was known of its failures before this attempt
   */
  record Attempt(
      Message message,
      AckReply origin,
      FailureCounts.Failures failures,
      Map<String, String> headers,
      Bereaved bereaved) {}

  private static final Duration AFTER_REFUSED_DEAD_LETTER = Duration.ofSeconds(30);
  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(5);
  private static final Duration AFTER_OUTAGE = Duration.ofSeconds(2);
  private static final RetryPolicy HAND_BACK =
      new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(30));

  private final Logger log = LoggerFactory.getLogger(Settlement.class);
  private final BooleanSupplier connected;
  private final Publisher publisher;
  private final FailureCounts failureCounts;
  private final DeadLetters deadLetters;
  private final DependencyGate gate;
  private final ConsumerOptions options;
  private final Clock clock;
  private final RandomGenerator random;

  Settlement(
      BooleanSupplier connected,
      Publisher publisher,
      FailureCounts failureCounts,
      DeadLetters deadLetters,
      DependencyGate gate,
      ConsumerOptions options,
      Clock clock,
      RandomGenerator random) {
    this.connected = connected;
    this.publisher = publisher;
    this.failureCounts = failureCounts;
    this.deadLetters = deadLetters;
    this.gate = gate;
    this.options = options;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Settles {@code attempt} as {@code outcome} says.
   *
   * @return what became of it, as a metric names it
   */
  String settle(Attempt attempt, Outcome outcome) throws Exception {
    return switch (outcome) {
      case Outcome.Done(var outgoing) -> {
        for (Outgoing message : outgoing) {
          publisher.publish(message);
        }
        acknowledge(attempt);
        yield "done";
      }
      case Outcome.Skip(var reason) -> {
        log.atInfo().addKeyValue("reason", reason).log("skipped");
        acknowledge(attempt);
        yield "skipped";
      }
      case Outcome.Retry(var reason, var after) -> failed(attempt, reason, after);
      case Outcome.HandBack(var reason, var after) -> {
        log.atDebug().addKeyValue("reason", reason).log("handed back");
        attempt.message().nakWithDelay(HAND_BACK.delay(1, after, random));
        yield "handed_back";
      }
      case Outcome.Unavailable(var dependency, var reason) ->
          unavailable(attempt, dependency, reason);
      case Outcome.Dead(var reason) -> bury(attempt, attempt.failures(), "dead", reason);
    };
  }

  /** The message can't be worked on at all. */
  String invalid(Attempt attempt, String reason) throws Exception {
    return bury(attempt, attempt.failures(), "invalid", reason);
  }

  /** Its failures were spent before this attempt: the dead letter could not be stored then. */
  String exhaustedBefore(Attempt attempt) throws Exception {
    return bury(
        attempt,
        attempt.failures(),
        "exhausted",
        "failed %d times".formatted(attempt.failures().count()));
  }

  /** Something all work needs is away: nothing is counted, and nothing more is pulled for now. */
  String unavailable(Attempt attempt, String dependency, String reason) {
    if (gate.close(dependency, reason)) {
      log.atWarn()
          .addKeyValue("dependency", dependency)
          .addKeyValue("reason", reason)
          .log("dependency away, pulling pauses");
    }
    attempt.message().nakWithDelay(AFTER_OUTAGE);
    return "unavailable";
  }

  /**
   * A result was not stored. With NATS away all pulling pauses; refused though NATS is there (its
   * stream is full or missing) only this message waits, and the operator hears of it.
   */
  String notPublished(Attempt attempt, String reason) {
    if (!connected.getAsBoolean()) {
      return unavailable(attempt, "nats", reason);
    }
    log.atWarn().addKeyValue("reason", reason).log("result refused, the message waits");
    attempt.message().nakWithDelay(AFTER_REFUSAL);
    return "publish_refused";
  }

  private String failed(Attempt attempt, String reason, @Nullable Duration after) throws Exception {
    FailureCounts.Failures failures = attempt.failures().plusOne();
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
    attempt.message().nakWithDelay(delay);
    return "retry";
  }

  /**
   * Terminated only once the dead letter is stored; refused there, the message stays where it is.
   */
  private String bury(
      Attempt attempt, FailureCounts.Failures failures, String errorClass, String reason)
      throws Exception {
    try {
      deadLetters.add(
          attempt.message(), attempt.origin(), failures, errorClass, reason, clock.instant());
    } catch (PublishFailedException | InvalidMessageException e) {
      log.atError()
          .addKeyValue("reason", e.getMessage())
          .log("dead letter not stored, the message stays in its stream");
      attempt.message().nakWithDelay(AFTER_REFUSED_DEAD_LETTER);
      return "dead_letter_refused";
    }
    attempt.bereaved().deadLettered(reason);
    attempt.message().term();
    log.atWarn()
        .addKeyValue("class", errorClass)
        .addKeyValue("reason", reason)
        .addKeyValue("failures", failures.count())
        .log("dead-lettered");
    forget(attempt);
    return errorClass;
  }

  private void acknowledge(Attempt attempt) {
    attempt.message().ack();
    forget(attempt);
  }

  private void forget(Attempt attempt) {
    if (attempt.failures().count() > 0) {
      failureCounts.forget(attempt.origin());
    }
  }
}
