package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Failure;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.UsageNumbers;
import java.time.Duration;

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
