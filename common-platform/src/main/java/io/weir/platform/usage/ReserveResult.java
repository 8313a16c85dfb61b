package io.weir.platform.usage;

import java.time.YearMonth;

/** What became of a try to reserve. */
public sealed interface ReserveResult {
  /** It is reserved: store the charge with the work. */
  record Reserved(Charge charge) implements ReserveResult {}

  /**
   * The month's quota has no room for it.
   *
   * @param numbers to be told to the user
   * @param wanted tokens that were to be reserved
   */
  record Spent(UsageNumbers numbers, long wanted) implements ReserveResult {}

  /**
   * The key's budget has no room for it; the user's quota may have.
   *
   * @param numbers to be told to the user
   * @param wanted what was to be reserved
   */
  record KeySpent(YearMonth month, KeyLimit limit, KeyNumbers numbers, Room wanted)
      implements ReserveResult {}

  /**
   * Too much of this user's work is open already: some of it has to be done first.
   *
   * @param open pieces of work that are not done
   * @param cap most there may be
   */
  record TooManyOpen(int open, int cap) implements ReserveResult {}
}
