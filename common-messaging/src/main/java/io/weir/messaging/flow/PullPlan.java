package io.weir.messaging.flow;

import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Decides which of a consumer's lanes is asked next. A lane is a durable consumer of the server; an
 * ordinary consumer has one, a prioritised one has several that share its permits. Pure state; not
 * thread-safe.
 */
public interface PullPlan {
  /**
   * A pull to be made.
   *
   * @param lane whom to ask, from 0
   * @param count most messages to ask for
   * @param waits whether the server holds the pull open until messages come
   */
  record Turn(int lane, int count, boolean waits) {}

  /** How many lanes there are. */
  int lanes();

  /**
   * The next pull.
   *
   * @param free permits to give out, at least 1
   * @param mayAsk lanes that may be asked now
   */
  Optional<Turn> next(int free, IntPredicate mayAsk);

  /**
   * A pull is over.
   *
   * @param filled whether it brought all that was asked for, so that more may be waiting
   */
  void ended(int lane, boolean waits, boolean filled);

  /** A message came from {@code lane}. */
  void arrived(int lane);

  /** A permit is free again, or time has passed: all lanes are worth a look. */
  void lookAgain();

  /** All that is free is asked for, and the server waits for messages to come. */
  static PullPlan single() {
    return new PullPlan() {
      @Override
      public int lanes() {
        return 1;
      }

      @Override
      public Optional<Turn> next(int free, IntPredicate mayAsk) {
        return mayAsk.test(0) ? Optional.of(new Turn(0, free, true)) : Optional.empty();
      }

      @Override
      public void ended(int lane, boolean waits, boolean filled) {}

      @Override
      public void arrived(int lane) {}

      @Override
      public void lookAgain() {}
    };
  }
}
