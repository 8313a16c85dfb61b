package io.weir.cli.usage;

import io.weir.platform.usage.Audit.Account;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.User;
import java.util.List;
import java.util.Optional;

/**
 * A user's month beside what they may use.
 *
 * @param keys those that have a budget of their own and used any of it
 */
record UserUsage(User user, Account account, List<KeyUsage> keys) {
  /** Tokens neither used nor reserved; empty without a limit. */
  Optional<Long> tokensLeft() {
    var counters = account.counters();
    return left(user.quota().tokens(), counters.tokensUsed() + counters.tokensReserved());
  }

  /** Requests neither used nor reserved; empty without a limit. */
  Optional<Long> requestsLeft() {
    var counters = account.counters();
    return left(user.quota().requests(), counters.requestsUsed() + counters.requestsReserved());
  }

  static boolean isEndless(long limit) {
    return limit >= Quota.UNLIMITED.tokens();
  }

  private static Optional<Long> left(long limit, long taken) {
    return isEndless(limit) ? Optional.empty() : Optional.of(Math.max(0, limit - taken));
  }
}
