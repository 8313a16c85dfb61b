package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.deadletter.AuditRecord;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.DeadLetterFilter;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.deadletter.LetterEdit;
import io.weir.messaging.deadletter.LetterOutcome;
import io.weir.messaging.deadletter.ReplayIntent;
import io.weir.messaging.jetstream.ReplayTargets.NoTargetException;
import io.weir.messaging.jetstream.ReplayTargets.Target;
import io.weir.messaging.runtime.Version;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The messages that were given up, in a stream that can be read without consuming it and refuses
 * new ones rather than dropping old ones. Our facts travel in headers, the payload stays as it was.
 * Every action leaves an audit record. All methods throw {@link
 * io.weir.messaging.DependencyUnavailableException} when NATS does not answer; nothing is lost by
 * that, call them again. Thread-safe.
 */
public final class DeadLetters {
  private final Broker broker;
  private final Publisher publisher;
  private final Clock clock;
  private final LetterStore letters;
  private final AuditLog audit;
  private final ReplayLedger ledger;

  DeadLetters(Broker broker, Publisher publisher, Clock clock) {
    this.broker = broker;
    this.publisher = publisher;
    this.clock = clock;
    this.letters = new LetterStore(broker, publisher);
    this.audit = new AuditLog(broker, publisher);
    this.ledger = new ReplayLedger(broker);
  }

  /** Puts in place what is needed beside the streams. */
  void start() throws InterruptedException {
    ledger.start();
  }

  /**
   * Stores the dead letter of {@code message}; once, however often it is called for it.
   *
   * @throws PublishFailedException when it was not stored: the message must stay
   */
  void add(
      Message message,
      AckReply origin,
      FailureCounts.Failures failures,
      String errorClass,
      String error,
      Instant now) {
    byte[] payload = message.getData();
    var head =
        new DeadLetterHead(
            0,
            0,
            0,
            now,
            message.getSubject(),
            LetterStore.values(message.getHeaders()),
            origin.stream(),
            origin.consumer(),
            origin.sequence(),
            failures.count(),
            failures.first(),
            now,
            errorClass,
            error,
            broker.service(),
            Version.current(),
            payload.length,
            List.of());
    add(head, origin.timestamp(), payload);
  }

  /**
   * Stores a new letter; once for one message of one consumer.
   *
   * @param published when the message was stored in its stream
   */
  void add(DeadLetterHead head, Instant published, byte[] payload) {
    letters.add(
        head,
        "dlq:%s:%s:%d:%d"
            .formatted(
                MessageHeaders.printable(head.stream()),
                MessageHeaders.printable(head.consumer()),
                head.streamSequence(),
                published.toEpochMilli()),
        payload);
  }

  /**
   * Dead letters in the order they came, without consuming them.
   *
   * @param after the sequence to begin behind; 0 for the oldest
   * @param limit most letters to return
   */
  public List<DeadLetter> list(long after, int limit) {
    var found = new ArrayList<DeadLetter>();
    letters.letters(
        after + 1,
        DeadLetterFilter.ALL,
        letter -> {
          if (found.size() < limit) {
            found.add(letter);
          }
          return found.size() < limit;
        });
    return found;
  }

  /**
   * Visits what is known of each letter that {@code filter} means, oldest first; payloads stay on
   * the server.
   *
   * @param visitor whether to go on
   */
  public void browse(DeadLetterFilter filter, Predicate<DeadLetterHead> visitor) {
    letters.heads(1, head -> !filter.matches(head) || visitor.test(head));
  }

  /** The dead letter of this id, in its last revision; empty when there is none. */
  public Optional<DeadLetter> find(long id) {
    return letters.find(id);
  }

  /**
   * Stores the next revision of a letter. An edit that is broken off leaves the old or the new one.
   *
   * @param letter as the editor saw it
   * @return the new revision
   * @throws InvalidMessageException when it can't be sent, is larger than its stream takes, was
   *     edited or removed by somebody else meanwhile, or may have been replayed already
   */
  public DeadLetter edit(DeadLetter letter, LetterEdit edit, String by) {
    DeadLetter next = edit.apply(letter);
    checkNotReplayed(letter);
    checkSize(next);
    Optional<Long> sequence = Optional.empty();
    boolean unchanged =
        find(letter.id()).filter(now -> now.sequence() == letter.sequence()).isPresent();
    if (unchanged) {
      sequence = letters.replace(letter, next);
    }
    if (sequence.isEmpty()) {
      throw new InvalidMessageException(
          "letter %d was edited or removed by somebody else meanwhile: look at it again"
              .formatted(letter.id()));
    }
    DeadLetter stored =
        find(letter.id())
            .orElseThrow(
                () -> new InvalidMessageException("letter %d is gone".formatted(letter.id())));
    audit.add(
        AuditRecord.of(
            AuditRecord.Action.EDITED, by, clock.instant(), stored.head(), sequence.get(), ""));
    return stored;
  }

  private void checkNotReplayed(DeadLetter letter) {
    Optional<ReplayIntent> intent =
        ledger.intent(letter.id()).filter(found -> found.isAbout(letter.head()));
    if (intent.isEmpty()) {
      return;
    }
    boolean published =
        audit.replayed(letter.head()).isPresent()
            || !(new BrokenReplay(broker).look(letter.head(), intent.get())
                instanceof BrokenReplay.Finding.NotPublished);
    if (published) {
      throw new InvalidMessageException(
          "a replay of letter %d was broken off at %s and may have published it: finish it first, by another replay"
              .formatted(letter.id(), intent.get().at()));
    }
    ledger.end(letter.id());
  }

  private void checkSize(DeadLetter letter) {
    var targets = new ReplayTargets(broker);
    int most;
    try {
      Target target = targets.of(letter.head());
      most = targets.mostBytes(target);
    } catch (NoTargetException e) {
      // Told when it is replayed; it may be edited until somebody takes it.
      return;
    }
    int size =
        letter.payload().size()
            + io.weir.messaging.deadletter.LetterHeaders.bytes(letter.headers());
    if (most >= 0 && size > most) {
      throw new InvalidMessageException(
          "with headers it has %d bytes, and its stream takes at most %d".formatted(size, most));
    }
  }

  /** {@link #replay(long, String, boolean)} of a letter in the name of this service. */
  public Optional<Long> replay(long id) {
    return switch (replay(id, broker.service(), false)) {
      case LetterOutcome.Done(var _, var sequence, var _) -> Optional.of(sequence);
      case LetterOutcome.Missing(var _) -> Optional.empty();
      case LetterOutcome.Failed(var letter, var reason) ->
          throw new PublishFailedException("letter %d: %s".formatted(letter, reason), null);
      case LetterOutcome.Uncertain(var letter, var reason) ->
          throw new PublishFailedException("letter %d: %s".formatted(letter, reason), null);
    };
  }

  /**
   * Publishes the message again, for the consumer that failed on it, and removes the letter once
   * JetStream has stored it and the audit record. Broken off anywhere, the next call goes on from
   * what was done, and publishes nothing twice.
   *
   * @param by who wants it
   * @param again publishes also a letter whose earlier replay can't be told from none
   */
  public LetterOutcome replay(long id, String by, boolean again) {
    return find(id)
        .map(letter -> replayer(by, "", again).replay(letter))
        .orElseGet(() -> new LetterOutcome.Missing(id));
  }

  /** {@link #discard(long, String)} in the name of this service. */
  public boolean discard(long id) {
    return discard(id, broker.service()) instanceof LetterOutcome.Done;
  }

  /** Removes a dead letter for good, after its audit record. */
  public LetterOutcome discard(long id, String by) {
    return find(id)
        .map(letter -> discard(letter, by, ""))
        .orElseGet(() -> new LetterOutcome.Missing(id));
  }

  LetterOutcome discard(DeadLetter letter, String by, String run) {
    try {
      audit.add(
          AuditRecord.of(AuditRecord.Action.DISCARDED, by, clock.instant(), letter.head(), 0, run));
    } catch (PublishFailedException e) {
      return new LetterOutcome.Failed(
          letter.id(), "its audit record was not stored: " + e.getMessage());
    }
    return remove(letter);
  }

  /** Removes a letter whose audit record is there. */
  LetterOutcome remove(DeadLetter letter) {
    boolean removed = letters.removeAll(letter);
    ledger.end(letter.id());
    return removed
        ? new LetterOutcome.Done(letter.id(), 0, false)
        : new LetterOutcome.Missing(letter.id());
  }

  /** Actions on many letters, which can be stopped and gone on with. */
  public BulkRuns bulk() {
    return new BulkRuns(broker, this, letters, audit, ledger, clock);
  }

  /** The last {@code limit} records of what was done, oldest first. */
  public List<AuditRecord> audit(int limit) {
    return audit.last(limit);
  }

  Replayer replayer(String by, String run, boolean again) {
    return new Replayer(broker, publisher, letters, audit, ledger, clock, by, run, again);
  }
}
