package io.weir.messaging.jetstream;

import io.nats.client.impl.Headers;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.deadletter.AuditRecord;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.deadletter.LetterOutcome;
import io.weir.messaging.deadletter.ReplayIntent;
import io.weir.messaging.jetstream.ReplayTargets.NoTargetException;
import io.weir.messaging.jetstream.ReplayTargets.Target;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes a letter again: note the intent → publish → JetStream's acknowledgement → audit record
 * → remove the letter → remove the intent. Whatever breaks in between, the letter or its message is
 * there; the next attempt finds the intent and goes on from what was done. Not thread-safe: one for
 * each run.
 */
final class Replayer {
  private final Logger log = LoggerFactory.getLogger(Replayer.class);
  private final Publisher publisher;
  private final LetterStore letters;
  private final AuditLog audit;
  private final ReplayLedger ledger;
  private final ReplayTargets targets;
  private final BrokenReplay broken;
  private final Clock clock;
  private final String by;
  private final String run;
  private final boolean again;

  /**
   * @param again publishes also what may have been published before
   */
  Replayer(
      Broker broker,
      Publisher publisher,
      LetterStore letters,
      AuditLog audit,
      ReplayLedger ledger,
      Clock clock,
      String by,
      String run,
      boolean again) {
    this.publisher = publisher;
    this.letters = letters;
    this.audit = audit;
    this.ledger = ledger;
    this.targets = new ReplayTargets(broker);
    this.broken = new BrokenReplay(broker);
    this.clock = clock;
    this.by = by;
    this.run = run;
    this.again = again;
  }

  /**
   * Replays {@code letter}.
   *
   * @throws io.weir.messaging.DependencyUnavailableException when NATS is away; the letter stays
   */
  LetterOutcome replay(DeadLetter letter) {
    DeadLetterHead head = letter.head();
    Target target;
    try {
      target = targets.of(head);
    } catch (NoTargetException e) {
      return new LetterOutcome.Failed(head.id(), String.valueOf(e.getMessage()));
    }
    var intent =
        new ReplayIntent(
            head.revision(),
            head.storedAt(),
            clock.instant(),
            target.stream(),
            targets.lastSequence(target.stream()));
    Optional<ReplayIntent> earlier = ledger.begin(head.id(), intent);
    if (earlier.isPresent() && earlier.get().isAbout(head)) {
      return goOn(letter, target, intent, earlier.get());
    }
    if (earlier.isPresent()) {
      // Of another letter with this id, in a stream that was made anew since.
      ledger.beginAnew(head.id(), intent);
    }
    return publish(letter, target);
  }

  private LetterOutcome goOn(
      DeadLetter letter, Target target, ReplayIntent intent, ReplayIntent earlier) {
    DeadLetterHead head = letter.head();
    Optional<AuditRecord> told = audit.replayed(head);
    if (told.isPresent()) {
      remove(letter);
      return new LetterOutcome.Done(head.id(), told.get().sequence(), true);
    }
    return switch (broken.look(head, earlier)) {
      case BrokenReplay.Finding.Published(var sequence) -> finish(letter, sequence, true);
      case BrokenReplay.Finding.NotPublished() -> {
        ledger.beginAnew(head.id(), intent);
        yield publish(letter, target);
      }
      case BrokenReplay.Finding.Unknown() -> {
        if (isWithinWindow(earlier, target)) {
          // Stored already, it is a duplicate and not stored again.
          yield publish(letter, target);
        }
        if (again) {
          ledger.beginAnew(head.id(), intent);
          yield publish(letter, target);
        }
        yield new LetterOutcome.Uncertain(
            head.id(),
            "a replay at %s was broken off, and what %s has stored since is consumed: its message may be among it"
                .formatted(earlier.at(), earlier.stream()));
      }
    };
  }

  /** Half of it, since the clocks of two operators and the server's may differ. */
  private boolean isWithinWindow(ReplayIntent earlier, Target target) {
    Instant safe = earlier.at().plus(target.duplicateWindow().dividedBy(2));
    Instant now = clock.instant();
    return earlier.stream().equals(target.stream())
        && now.isBefore(safe)
        && !earlier.at().isAfter(now);
  }

  private LetterOutcome publish(DeadLetter letter, Target target) {
    DeadLetterHead head = letter.head();
    long sequence;
    try {
      sequence =
          publisher.send(head.subject(), headers(head, target), letter.payload().toByteArray());
    } catch (InvalidMessageException e) {
      // Refused for its size: surely not stored.
      ledger.end(head.id());
      return new LetterOutcome.Failed(head.id(), String.valueOf(e.getMessage()));
    } catch (PublishFailedException e) {
      // It may be stored all the same: the intent stays, and the next attempt looks.
      return new LetterOutcome.Failed(head.id(), String.valueOf(e.getMessage()));
    }
    targets.stored(target.stream(), sequence);
    return finish(letter, sequence, false);
  }

  private LetterOutcome finish(DeadLetter letter, long sequence, boolean before) {
    DeadLetterHead head = letter.head();
    try {
      audit.add(
          AuditRecord.of(AuditRecord.Action.REPLAYED, by, clock.instant(), head, sequence, run));
    } catch (PublishFailedException e) {
      return new LetterOutcome.Failed(
          head.id(),
          "it was replayed as sequence %d, but the audit record was not stored (%s); replay it again to finish, it is published once"
              .formatted(sequence, e.getMessage()));
    }
    remove(letter);
    log.atInfo()
        .addKeyValue("letter", head.id())
        .addKeyValue("revision", head.revision())
        .addKeyValue("stream", head.stream())
        .addKeyValue("sequence", sequence)
        .addKeyValue("by", by)
        .log("dead letter replayed");
    return new LetterOutcome.Done(head.id(), sequence, before);
  }

  private void remove(DeadLetter letter) {
    var _ = letters.removeAll(letter);
    ledger.end(letter.id());
  }

  /**
   * The message's own headers, under a new id (the old one would be answered as a duplicate), for
   * the one consumer that failed. What it expected of the stream when it was new no longer holds.
   */
  private static Headers headers(DeadLetterHead letter, Target target) {
    Headers headers = new Headers();
    letter
        .headers()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!lower.startsWith("nats-") && !name.equals(MessageHeaders.REPLAY_FOR)) {
                headers.put(name, values);
              }
            });
    headers.put(MessageHeaders.MESSAGE_ID, letter.replayId());
    target.onlyFor().ifPresent(consumer -> headers.put(MessageHeaders.REPLAY_FOR, consumer));
    return headers;
  }
}
