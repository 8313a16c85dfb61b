package io.weir.platform.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.ReserveResult;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.UsageNumbers;
import io.weir.platform.usage.UsageSettings;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a route calls before it stores work that will cost tokens: room in its user's month, or the
 * answer that there is none. The charge goes into the work's document. Thread-safe.
 */
public final class Reservations {
  // Work takes seconds: by then some of it is done.
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private final Usage usage;
  private final Users users;
  private final int maxPending;

  /** Does no I/O. */
  public Reservations(Usage usage, Users users, UsageSettings settings) {
    this.usage = usage;
    this.users = users;
    this.maxPending = settings.maxPending();
  }

  /**
   * Reserves room for a piece of work that is valid and not stored yet.
   *
   * @param work its id
   * @param tokens what it may cost
   * @throws ProblemException 403 with the numbers when the month has no room for it, 429 when too
   *     much of the user's work is not done yet
   */
  public Charge reserve(String userId, String work, long tokens) throws InterruptedException {
    User user = users.of(userId);
    int cap = user.plan() == Plan.UNLIMITED ? Usage.MOST_OPEN : maxPending;
    return switch (usage.reserve(userId, user.quota(), cap, work, tokens)) {
      case ReserveResult.Reserved(Charge charge) -> charge;
      case ReserveResult.Spent(UsageNumbers numbers, long asked) ->
          throw new ProblemException(spent(user.quota(), numbers, asked));
      case ReserveResult.KeySpent(var month, var limit, var numbers, var wanted) ->
          throw new IllegalStateException("room was asked of no key, and yet one has none");
      case ReserveResult.TooManyOpen(int open, int most) ->
          throw new ProblemException(tooManyOpen(open, most));
    };
  }

  /** Gives room back that nothing was stored with. */
  public void giveBack(Charge charge) throws InterruptedException {
    var _ = usage.refund(charge);
  }

  private static Problem spent(Quota quota, UsageNumbers numbers, long asked) {
    ObjectNode more = JsonNodeFactory.instance.objectNode().put("month", "" + numbers.month());
    put(more, "tokens", quota.tokens(), numbers.tokensUsed(), numbers.tokensReserved(), asked);
    put(more, "requests", quota.requests(), numbers.requestsUsed(), numbers.requestsReserved(), 1);
    return new Problem(
        403,
        "Quota exceeded",
        ("the month %s has no room for this: of %d tokens %d are used and %d reserved, %d are asked"
                + " for; of %d requests %d are used and %d reserved")
            .formatted(
                numbers.month(),
                quota.tokens(),
                numbers.tokensUsed(),
                numbers.tokensReserved(),
                asked,
                quota.requests(),
                numbers.requestsUsed(),
                numbers.requestsReserved()),
        List.of(),
        Optional.empty(),
        Map.of(),
        Map.of("quota", more));
  }

  private static void put(
      ObjectNode more, String what, long limit, long used, long reserved, long asked) {
    more.putObject(what)
        .put("limit", limit)
        .put("used", used)
        .put("reserved", reserved)
        .put("asked", asked);
  }

  private static Problem tooManyOpen(int open, int most) {
    return new Problem(
        429,
        "Too much pending",
        "%d of your pieces of work are not done yet, of %d at most; send this again when some are"
            .formatted(open, most),
        List.of(),
        Optional.of(ASK_AGAIN),
        Map.of());
  }
}
