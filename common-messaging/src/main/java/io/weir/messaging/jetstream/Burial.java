package io.weir.messaging.jetstream;

import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.secret.Redaction;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Stores a dead letter, tells the handler, and only then terminates the message. */
final class Burial {
  /** How it went. */
  sealed interface Result {
    record Buried() implements Result {}

    /** The letter was not stored: the message stays in its stream. */
    record Refused() implements Result {}

    /** The handler could not be told, which is noted: the message stays in its stream. */
    record Untold() implements Result {}
  }

  /** How often the handler is told beyond the failures allowed. */
  private static final int TELLINGS = 5;

  private final Logger log = LoggerFactory.getLogger(Burial.class);
  private final DeadLetters deadLetters;
  private final FailureCounts failureCounts;
  private final int maxFailures;
  private final Clock clock;

  Burial(DeadLetters deadLetters, FailureCounts failureCounts, int maxFailures, Clock clock) {
    this.deadLetters = deadLetters;
    this.failureCounts = failureCounts;
    this.maxFailures = maxFailures;
    this.clock = clock;
  }

  /**
   * Gives up the message of {@code attempt}.
   *
   * @param failures with those of this attempt
   */
  Result bury(Attempt attempt, FailureCounts.Failures failures, String errorClass, String why)
      throws InterruptedException {
    // A reason may quote the message, and it goes to the letter's head, to stores and to the log.
    String reason = Redaction.ofLog(why);
    try {
      deadLetters.add(
          attempt.message(), attempt.origin(), failures, errorClass, reason, clock.instant());
    } catch (PublishFailedException | InvalidMessageException e) {
      log.atError()
          .addKeyValue("reason", e.getMessage())
          .log("dead letter not stored, the message stays in its stream");
      return new Result.Refused();
    }
    if (!told(attempt, failures, reason)) {
      return new Result.Untold();
    }
    attempt.message().term();
    log.atWarn()
        .addKeyValue("class", errorClass)
        .addKeyValue("reason", reason)
        .addKeyValue("failures", failures.count())
        .log("dead-lettered");
    return new Result.Buried();
  }

  /**
   * Tells the handler; a few times if need be, not for ever: the dead letter is safe.
   *
   * @return whether the message may go
   */
  private boolean told(Attempt attempt, FailureCounts.Failures failures, String reason)
      throws InterruptedException {
    try {
      attempt.bereaved().deadLettered(reason);
      return true;
    } catch (InterruptedException | DependencyUnavailableException e) {
      throw e;
    } catch (Exception e) {
      FailureCounts.Failures more = failures.failedAt(attempt.delivery());
      failureCounts.write(attempt.origin(), more);
      boolean enough = more.count() >= maxFailures + TELLINGS;
      log.atLevel(enough ? Level.ERROR : Level.WARN)
          .setCause(e)
          .log(
              enough
                  ? "the handler could not be told of a dead letter, gave up telling it"
                  : "the handler could not be told of a dead letter, telling it again");
      return enough;
    }
  }
}
