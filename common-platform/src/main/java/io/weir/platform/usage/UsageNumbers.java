package io.weir.platform.usage;

import java.time.YearMonth;

/**
 * What a user has used in a month.
 *
 * @param tokensUsed by work that is done
 * @param tokensReserved for work that is not
 * @param requestsUsed by work that is done
 * @param requestsReserved for work that is not
 * @param costMicros of work that is done, in micro-dollars
 * @param open pieces of work that are not done
 */
public record UsageNumbers(
    String user,
    YearMonth month,
    long tokensUsed,
    long tokensReserved,
    long requestsUsed,
    long requestsReserved,
    long costMicros,
    int open) {
  static UsageNumbers none(String user, YearMonth month) {
    return new UsageNumbers(user, month, 0, 0, 0, 0, 0, 0);
  }
}
