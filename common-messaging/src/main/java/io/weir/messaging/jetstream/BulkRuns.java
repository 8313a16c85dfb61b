package io.weir.messaging.jetstream;

import io.weir.messaging.deadletter.AuditRecord;
import io.weir.messaging.deadletter.BulkOrder;
import io.weir.messaging.deadletter.BulkState;
import io.weir.messaging.deadletter.BulkWatcher;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.LetterOutcome;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Actions on many dead letters: a filter's letters are replayed or discarded one after the other,
 * at a rate, and the state is kept in NATS so that anybody can go on after a stop or a crash.
 * Thread-safe.
 */
public final class BulkRuns {
  private final Broker broker;
  private final DeadLetters deadLetters;
  private final LetterStore letters;
  private final AuditLog audit;
  private final ReplayLedger ledger;
  private final Clock clock;

  BulkRuns(
      Broker broker,
      DeadLetters deadLetters,
      LetterStore letters,
      AuditLog audit,
      ReplayLedger ledger,
      Clock clock) {
    this.broker = broker;
    this.deadLetters = deadLetters;
    this.letters = letters;
    this.audit = audit;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Begins a long run on the letters that are there now; {@link #resume} does the work.
   *
   * @return its state, with the number of letters it is about
   */
  public BulkState begin(BulkOrder order) {
    long upTo = letters.lastSequence();
    var count = new long[1];
    deadLetters.browse(
        order.filter(),
        head -> {
          if (head.sequence() <= upTo) {
            count[0]++;
          }
          return head.sequence() < upTo && count[0] < order.limit();
        });
    var state =
        new BulkState(
            UUID.randomUUID().toString().substring(0, 8),
            order,
            clock.instant(),
            count[0],
            upTo,
            0,
            0,
            0,
            0);
    ledger.save(state);
    audit.add(AuditRecord.ofRun(AuditRecord.Action.RUN_STARTED, state.startedAt(), state));
    return state;
  }

  /** Long runs that were begun and not ended, oldest first. */
  public List<BulkState> unfinished() {
    return ledger.runs();
  }

  /** The long run of this id that was begun and not ended. */
  public Optional<BulkState> find(String id) {
    return ledger.run(id);
  }

  /**
   * Goes on with a long run until all its letters are dealt with or the watcher wants a stop. After
   * a crash anywhere another call does the rest: no letter is lost, none is replayed twice.
   *
   * @param again publishes also letters whose earlier replay can't be told from none
   * @return how far it has come
   */
  public BulkState resume(BulkState from, boolean again, BulkWatcher watcher)
      throws InterruptedException {
    BulkOrder order = from.order();
    // What was done and not counted any more when the run was broken off.
    Set<Long> recorded = audit.lettersOf(from.id());
    BulkState counted = from.withDone(recorded.size());
    Replayer replayer = deadLetters.replayer(order.by(), from.id(), again);
    Function<DeadLetter, LetterOutcome> action =
        switch (order.action()) {
          case REPLAY -> replayer::replay;
          case DISCARD ->
              letter ->
                  recorded.contains(letter.id())
                      ? deadLetters.remove(letter)
                      : deadLetters.discard(letter, order.by(), from.id());
        };
    var run = new BulkRun(broker, letters, ledger, action, recorded, watcher);
    BulkState reached = run.run(counted);
    if (run.isDone(reached)) {
      audit.add(AuditRecord.ofRun(AuditRecord.Action.RUN_FINISHED, clock.instant(), reached));
      ledger.endRun(from.id());
    }
    return reached;
  }
}
