package io.weir.platform.usage;

import java.time.YearMonth;
import java.util.Map;

/**
 * What a user has used in a month.
 *
 * @param tokensUsed by work that is done
 * @param tokensReserved for work that is not
 * @param requestsUsed by work that is done
 * @param requestsReserved for work that is not
 * @param costMicros of work that is done, in micro-dollars
 * @param open pieces of work that are not done
 * @param keys what of it the keys with a budget of their own have used, by their ids
 */
public record UsageNumbers(
    String user,
    YearMonth month,
    long tokensUsed,
    long tokensReserved,
    long requestsUsed,
    long requestsReserved,
    long costMicros,
    int open,
    Map<String, KeyNumbers> keys) {
  public UsageNumbers {
    keys = Map.copyOf(keys);
  }

  /** Those of a user none of whose keys has a budget. */
  public UsageNumbers(
      String user,
      YearMonth month,
      long tokensUsed,
      long tokensReserved,
      long requestsUsed,
      long requestsReserved,
      long costMicros,
      int open) {
    this(
        user,
        month,
        tokensUsed,
        tokensReserved,
        requestsUsed,
        requestsReserved,
        costMicros,
        open,
        Map.of());
  }

  /** What that key has used. */
  public KeyNumbers of(String key) {
    return keys.getOrDefault(key, KeyNumbers.NONE);
  }

  static UsageNumbers none(String user, YearMonth month) {
    return new UsageNumbers(user, month, 0, 0, 0, 0, 0, 0);
  }
}
