package io.weir.messaging.jetstream;

import io.weir.messaging.Delivery;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outcome;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.jetstream.FailureCounts.Failures;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One attempt at a message: what is known of it → decode → validate → handle → settle. */
final class Attempts<T> {
  private final Deliveries<T> deliveries;
  private final HandlerCall<T> handler;
  private final Suspects suspects;
  private final ConsumerOptions options;
  private final FailureCounts failureCounts;
  private final Settlement settlement;
  private final Clock clock;

  Attempts(
      Deliveries<T> deliveries,
      HandlerCall<T> handler,
      Suspects suspects,
      ConsumerOptions options,
      FailureCounts failureCounts,
      Settlement settlement,
      Clock clock) {
    this.deliveries = deliveries;
    this.handler = handler;
    this.suspects = suspects;
    this.options = options;
    this.failureCounts = failureCounts;
    this.settlement = settlement;
    this.clock = clock;
  }

  /**
   * Attempts it once.
   *
   * @param keepsOrder whether what fails is to be tried again in its place
   * @param knownBefore whether something may be noted of the message
   * @param given what the handler has decided already; null to call it
   */
  Settled attempt(
      HeldLease lease,
      Map<String, String> headers,
      boolean keepsOrder,
      boolean knownBefore,
      @Nullable Outcome given)
      throws InterruptedException {
    int number = lease.delivery();
    Instant now = clock.instant();
    var attempt =
        new Attempt(lease, number, Failures.unread(now, number), headers, keepsOrder, reason -> {});
    try {
      attempt =
          attempt.with(knownBefore ? failureCounts.read(lease.origin(), now) : Failures.none(now));
      Delivery<T> delivery;
      try {
        // What is known of it may have taken long to read.
        Instant begins = knownBefore ? clock.instant() : now;
        delivery = deliveries.of(lease, headers, attempt.failures().count(), begins);
      } catch (RuntimeException | StackOverflowError e) {
        // Whatever a codec throws: it does no I/O, so the bytes are at fault.
        return settlement.invalid(attempt, HandlerCall.reason(e));
      }
      attempt = attempt.telling(reason -> handler.deadLettered(delivery, reason));
      if (attempt.failures().count() >= options.maxFailures()) {
        return settlement.exhaustedBefore(attempt);
      }
      if (attempt.failures().vanished(number) >= options.suspectAfter()) {
        return attempt.failures().vanishedAlone()
            ? settlement.killer(attempt)
            : alone(attempt, delivery);
      }
      return settle(attempt, given == null ? handler.under(lease, delivery) : given);
    } catch (PublishFailedException e) {
      return settlement.notPublished(attempt, HandlerCall.reason(e));
    } catch (DependencyUnavailableException e) {
      return settlement.unavailable(attempt, e.dependency(), HandlerCall.reason(e));
    }
  }

  private Settled settle(Attempt attempt, Outcome outcome) throws InterruptedException {
    try {
      return settlement.settle(attempt, outcome);
    } catch (InvalidMessageException e) {
      return settlement.settle(
          attempt, Outcome.dead("its result can't be published: " + HandlerCall.reason(e)));
    }
  }

  private Settled alone(Attempt attempt, Delivery<T> delivery) throws InterruptedException {
    if (!suspects.enter()) {
      settlement.handBackUnseen(attempt, Settlement.AFTER_OUTAGE);
      return Settled.as("suspect_waits");
    }
    Attempt survived;
    Outcome outcome;
    try {
      Optional<Attempt> noted = suspects.alone(attempt);
      if (noted.isEmpty()) {
        settlement.handBackUnseen(attempt, Settlement.AFTER_OUTAGE);
        return Settled.as("suspect_waits");
      }
      try {
        outcome = handler.under(attempt.lease(), delivery);
      } finally {
        survived = suspects.survived(noted.get());
      }
    } finally {
      suspects.leave();
    }
    return settle(survived, outcome);
  }
}
