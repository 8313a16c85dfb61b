package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Failure;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.ReserveResult;
import io.weir.platform.usage.Room;
import io.weir.platform.usage.UsageNumbers;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;

/** What users are told who have no room in their month or in their key's budget. */
final class Refusals {
  private Refusals() {}

  /**
   * The month has no room.
   *
   * @param room what was asked for
   * @param asked tokens that were to be reserved: those, and what other answers outgrew
   */
  static Failure spent(Quota quota, UsageNumbers numbers, Room room, long asked) {
    boolean usedUp =
        numbers.tokensUsed() + room.tokens() > quota.tokens()
            || numbers.requestsUsed() + room.requests() > quota.requests();
    return noRoom(
        usedUp,
        "The month %s has no room for this".formatted(numbers.month()),
        ("of %d tokens %d are used and %d reserved, %d may be needed; of %d requests %d are used"
                + " and %d reserved")
            .formatted(
                quota.tokens(),
                numbers.tokensUsed(),
                numbers.tokensReserved(),
                asked,
                quota.requests(),
                numbers.requestsUsed(),
                numbers.requestsReserved()));
  }

  /** The key's budget has no room; its user may have, with another key. */
  static Failure keySpent(ReserveResult.KeySpent spent, Room room) {
    KeyBudget budget = spent.limit().budget();
    KeyNumbers numbers = spent.numbers();
    Room wanted = spent.wanted();
    var limits = new ArrayList<String>();
    if (budget.limitsTokens()) {
      limits.add(
          "of %d tokens %d are used and %d reserved, %d may be needed"
              .formatted(
                  budget.tokens(),
                  numbers.tokensUsed(),
                  numbers.tokensReserved(),
                  wanted.tokens()));
    }
    if (budget.limitsCost()) {
      limits.add(
          "of %s dollars %s are used and %s reserved, %s may be needed"
              .formatted(
                  dollars(budget.micros()),
                  dollars(numbers.costMicros()),
                  dollars(numbers.costReserved()),
                  dollars(wanted.micros())));
    }
    boolean usedUp =
        numbers.tokensUsed() + room.tokens() > budget.tokens()
            || numbers.costMicros() + room.micros() > budget.micros();
    return noRoom(
        usedUp,
        "The budget of the key weir_%s has no room for this in %s"
            .formatted(spent.limit().key(), spent.month()),
        String.join("; ", limits));
  }

  /** Whoever would have room, but for what work under way has reserved, may come back. */
  private static Failure noRoom(boolean usedUp, String what, String numbers) {
    return usedUp
        ? new Failure(
            Failure.Kind.PROVIDER_REFUSED,
            403,
            what + ": " + numbers + ".",
            null,
            "insufficient_quota",
            null)
        : new Failure(
            Failure.Kind.RESERVED,
            429,
            what + " until work that is under way has ended: " + numbers + ".",
            null,
            "quota_reserved",
            Budgets.COME_BACK);
  }

  private static String dollars(long micros) {
    return BigDecimal.valueOf(micros, 6).toPlainString();
  }

  /** Nobody can be let in whose numbers nobody knows. */
  static Failure unknowable() {
    return new Failure(
        Failure.Kind.PROVIDER_UNREACHABLE,
        503,
        "What you may still use can't be looked up at the moment: MongoDB is away.",
        null,
        "budget_unavailable",
        Budgets.COME_BACK);
  }

  static Failure tooManyOpen(int open, int most, Duration comeBack) {
    return new Failure(
        Failure.Kind.RESERVED,
        429,
        "%d of your pieces of work are not done yet, of %d at most.".formatted(open, most),
        null,
        "too_much_pending",
        comeBack);
  }
}
