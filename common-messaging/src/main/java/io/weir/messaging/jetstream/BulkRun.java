package io.weir.messaging.jetstream;

import io.weir.messaging.deadletter.BulkState;
import io.weir.messaging.deadletter.BulkWatcher;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.LetterOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Goes through the letters that a long run is about, in pages, one letter after the other, no
 * faster than ordered. Its state is saved after each letter, so that a crash costs at most one
 * letter's look at what had been done. Not thread-safe.
 */
final class BulkRun {
  private static final int PAGE_LETTERS = 200;

  /** Beyond it a page ends early: payloads may be large. */
  private static final int PAGE_BYTES = 4 << 20;

  private final Broker broker;
  private final LetterStore letters;
  private final ReplayLedger ledger;
  private final Function<DeadLetter, LetterOutcome> action;
  private final Set<Long> counted;
  private final BulkWatcher watcher;
  private final long begun = System.nanoTime();
  private long acted;

  /**
   * @param counted letters that the state counts as done although they may still be there
   */
  BulkRun(
      Broker broker,
      LetterStore letters,
      ReplayLedger ledger,
      Function<DeadLetter, LetterOutcome> action,
      Set<Long> counted,
      BulkWatcher watcher) {
    this.broker = broker;
    this.letters = letters;
    this.ledger = ledger;
    this.action = action;
    this.counted = counted;
    this.watcher = watcher;
  }

  /**
   * Runs until all letters are dealt with, or the watcher or an interrupt wants a stop.
   *
   * @return how far it has come
   */
  BulkState run(BulkState from) throws InterruptedException {
    BulkState state = from;
    while (true) {
      List<DeadLetter> page = page(state);
      for (DeadLetter letter : page) {
        if (state.dealtWith() >= state.order().limit() || stops(state)) {
          return state;
        }
        LetterOutcome outcome = action.apply(letter);
        acted++;
        state =
            outcome instanceof LetterOutcome.Done && counted.contains(letter.id())
                ? state.at(letter.sequence())
                : state.after(letter.sequence(), outcome);
        ledger.save(state);
        watcher.dealtWith(outcome, state);
      }
      if (page.isEmpty()) {
        return state;
      }
    }
  }

  /** Whether {@code state} has nothing left to do. */
  boolean isDone(BulkState state) {
    return state.dealtWith() >= state.order().limit() || page(state).isEmpty();
  }

  private List<DeadLetter> page(BulkState state) {
    var page = new ArrayList<DeadLetter>();
    if (state.cursor() >= state.upTo()) {
      return page;
    }
    letters.letters(
        state.cursor() + 1,
        state.order().filter(),
        letter -> {
          if (letter.sequence() > state.upTo()) {
            return false;
          }
          page.add(letter);
          return page.size() < PAGE_LETTERS
              && page.stream().mapToLong(l -> l.head().size()).sum() < PAGE_BYTES;
        });
    return page;
  }

  /** Waits for the next letter's turn; whether to stop instead. */
  private boolean stops(BulkState state) throws InterruptedException {
    if (watcher.wantsStop()) {
      return true;
    }
    double perSecond = state.order().perSecond();
    if (perSecond > 0) {
      long turn = begun + (long) (acted / perSecond * 1e9);
      long wait = turn - System.nanoTime();
      while (wait > 0) {
        // In short steps, so that a stop is heard.
        if (broker.pause(Duration.ofNanos(Math.min(wait, 200_000_000)))) {
          throw new InterruptedException("closed in the middle of a run");
        }
        if (watcher.wantsStop()) {
          return true;
        }
        wait = turn - System.nanoTime();
      }
    }
    return Thread.currentThread().isInterrupted() || watcher.wantsStop();
  }
}
