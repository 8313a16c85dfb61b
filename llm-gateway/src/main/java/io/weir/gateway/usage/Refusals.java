package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Failure;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.ReserveResult;
import io.weir.platform.usage.UsageNumbers;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;

/** What users are told who have used up their month. */
final class Refusals {
  private Refusals() {}

  static Failure spent(Quota quota, UsageNumbers numbers, long asked) {
    return new Failure(
        Failure.Kind.PROVIDER_REFUSED,
        403,
        ("The month %s has no room for this: of %d tokens %d are used and %d reserved, %d may be"
                + " needed; of %d requests %d are used and %d reserved.")
            .formatted(
                numbers.month(),
                quota.tokens(),
                numbers.tokensUsed(),
                numbers.tokensReserved(),
                asked,
                quota.requests(),
                numbers.requestsUsed(),
                numbers.requestsReserved()),
        null,
        "insufficient_quota",
        null);
  }

  /** The key's budget is used up; its user may have room, with another key. */
  static Failure keySpent(ReserveResult.KeySpent spent) {
    KeyBudget budget = spent.limit().budget();
    KeyNumbers numbers = spent.numbers();
    var limits = new ArrayList<String>();
    if (budget.limitsTokens()) {
      limits.add(
          "of %d tokens %d are used and %d reserved, %d may be needed"
              .formatted(
                  budget.tokens(),
                  numbers.tokensUsed(),
                  numbers.tokensReserved(),
                  spent.wanted().tokens()));
    }
    if (budget.limitsCost()) {
      limits.add(
          "of %s dollars %s are used and %s reserved, %s may be needed"
              .formatted(
                  dollars(budget.micros()),
                  dollars(numbers.costMicros()),
                  dollars(numbers.costReserved()),
                  dollars(spent.wanted().micros())));
    }
    return new Failure(
        Failure.Kind.PROVIDER_REFUSED,
        403,
        "The budget of the key weir_%s has no room for this in %s: %s."
            .formatted(spent.limit().key(), spent.month(), String.join("; ", limits)),
        null,
        "insufficient_quota",
        null);
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
        Failure.Kind.RATE_LIMITED,
        429,
        "%d of your pieces of work are not done yet, of %d at most.".formatted(open, most),
        null,
        "too_much_pending",
        comeBack);
  }
}
