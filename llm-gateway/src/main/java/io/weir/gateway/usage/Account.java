package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.usage.Allowance.Debt;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyLimit;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.ReserveResult;
import io.weir.platform.usage.Room;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.UsageNumbers;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The allowances that one user, or one key with a budget, has in this process. Thread-safe. */
final class Account {
  private static final Logger log = LoggerFactory.getLogger(Account.class);

  /** Of a month, so that several replicas find room beside each other. */
  private static final int LARGEST_SHARE = 20;

  /** Answers rarely use more than one of so many parts of what was reserved for them. */
  private static final int USED_PART = 4;

  private final Source source;
  private final String user;
  private final Optional<KeyLimit> limit;
  private final KeyBudget budget;
  private final List<Allowance> current = new ArrayList<>();
  private final Growth growth = new Growth();
  private final Crowd crowd = new Crowd();
  private Room usual = Room.of(0, 0);
  private boolean fetching;
  private boolean forgotten;

  /**
   * Where allowances come from and go to.
   *
   * @param retired used no more, and to be settled
   * @param there whether MongoDB answers
   * @param work the work that its charges are for
   */
  record Source(
      Usage usage,
      Users users,
      Budgets.Sizes sizes,
      Set<Allowance> retired,
      BooleanSupplier there,
      Supplier<String> work,
      Clock clock) {}

  Account(Asker asker, Source source) {
    this.source = source;
    this.user = asker.user();
    this.budget = asker.budget();
    this.limit =
        Optional.of(new KeyLimit(asker.key(), budget)).filter(one -> one.budget().limits());
  }

  /** Of those who wait for room: one at a time makes some. */
  Crowd crowd() {
    return crowd;
  }

  /** Empty when it was forgotten meanwhile. */
  synchronized Optional<Attempt> enter(Room wanted) throws InterruptedException {
    return forgotten ? Optional.empty() : Optional.of(entry(wanted));
  }

  private Attempt entry(Room wanted) throws InterruptedException {
    // Dollars that nothing limits are reserved nowhere, so there is none to be taken from.
    Room room = budget.limitsCost() ? wanted : Room.of(wanted.tokens(), 0);
    usual = room;
    for (Allowance one : current) {
      if (one.take(room)) {
        fetchAheadIfLow(one);
        return new Attempt.Admitted(one.hold(room));
      }
    }
    if (!source.there().getAsBoolean()) {
      throw new DependencyUnavailableException("mongodb", "MongoDB does not answer", null);
    }
    User known = source.users().of(user);
    Map<Allowance, Debt> debts = debts();
    return switch (fetch(known.quota(), room, Debt.sum(debts.values()))) {
      case ReserveResult.Reserved(Charge charge) -> {
        debts.forEach(Allowance::covered);
        var fresh =
            new Allowance(
                charge,
                debts,
                source.clock().instant().plus(source.sizes().kept()),
                source.clock());
        retireAll();
        current.add(fresh);
        boolean _ = fresh.take(room);
        yield new Attempt.Admitted(fresh.hold(room));
      }
      case ReserveResult.Spent(UsageNumbers numbers, long asked) ->
          attempt(
              Refusals.spent(known.quota(), numbers, room, asked),
              charge -> charge.user().equals(user));
      case ReserveResult.KeySpent spent ->
          attempt(
              Refusals.keySpent(spent, room), charge -> charge.key().equals(spent.limit().key()));
      case ReserveResult.TooManyOpen(int open, int most) ->
          attempt(
              Refusals.tooManyOpen(open, most, Budgets.COME_BACK),
              charge -> charge.user().equals(user));
    };
  }

  private static Attempt attempt(Failure failure, Predicate<Charge> whose) {
    return failure.kind() == Failure.Kind.RESERVED
        ? new Attempt.Crowded(failure, whose)
        : new Attempt.Refused(failure);
  }

  /** What was used here beyond what is reserved, and is in no counter yet. */
  private Map<Allowance, Debt> debts() {
    return Stream.concat(current.stream(), source.retired().stream().filter(this::owns))
        .filter(one -> !one.debt().isNone())
        .collect(Collectors.toMap(one -> one, Allowance::debt));
  }

  private boolean owns(Allowance one) {
    return one.charge.user().equals(user)
        && one.charge.key().equals(limit.map(KeyLimit::key).orElse(""));
  }

  /** A large allowance, or if there is no room for one, what is needed and no more. */
  private ReserveResult fetch(Quota quota, Room room, Debt debt) throws InterruptedException {
    int times;
    synchronized (growth) {
      times = growth.next(source.clock().instant());
    }
    ReserveResult result = reserve(quota, many(quota, room, times), debt);
    if (spent(result) && times > 1) {
      synchronized (growth) {
        growth.shrink();
      }
      result = reserve(quota, many(quota, room, 1), debt);
    }
    return spent(result) && !many(quota, room, 1).equals(room)
        ? reserve(quota, room, debt)
        : result;
  }

  private static boolean spent(ReserveResult result) {
    return result instanceof ReserveResult.Spent || result instanceof ReserveResult.KeySpent;
  }

  private Room many(Quota quota, Room room, int times) {
    var sizes = source.sizes();
    Room each = room.tokens() > 0 ? room : usual;
    long tokens =
        share(room.tokens(), sizes.tokens() * times, Math.min(quota.tokens(), budget.tokens()));
    long micros =
        budget.limitsCost() ? share(room.micros(), sizes.micros() * times, budget.micros()) : 0;
    long payable =
        Math.min(
            payable(tokens, each.tokens()),
            budget.limitsCost() ? payable(micros, each.micros()) : Long.MAX_VALUE);
    return new Room(
        tokens,
        Math.clamp(payable, 1, share(1, sizes.requests() * times, quota.requests())),
        micros);
  }

  /** How many requests so much may pay for: a small budget must not reserve its user's month. */
  private static long payable(long reserved, long each) {
    return each > 0 ? reserved / each * USED_PART : Long.MAX_VALUE;
  }

  private static long share(long needed, long most, long ofMonth) {
    long share = Math.max(needed, Math.min(most, ofMonth / LARGEST_SHARE));
    return needed > 0 ? share - share % needed : share; // a rest would be of use to nobody
  }

  private ReserveResult reserve(Quota quota, Room room, Debt debt) throws InterruptedException {
    var whole =
        new Room(room.tokens() + debt.tokens(), room.requests(), room.micros() + debt.micros());
    return source.usage().reserve(user, quota, Usage.MOST_OPEN, source.work().get(), whole, limit);
  }

  /** So that a user who goes on asking never waits. */
  private void fetchAheadIfLow(Allowance one) {
    if (fetching || current.size() > 1 || !one.low()) {
      return;
    }
    fetching = true;
    Thread.ofVirtual().name("allowance").start(this::fetchAhead);
  }

  private void fetchAhead() {
    try {
      Quota quota = source.users().of(user).quota();
      if (fetch(quota, Room.of(0, 0), Debt.NONE) instanceof ReserveResult.Reserved(Charge charge)) {
        synchronized (this) {
          var more =
              new Allowance(
                  charge,
                  Map.of(),
                  source.clock().instant().plus(source.sizes().kept()),
                  source.clock());
          current.add(more);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("no allowance fetched ahead");
    } finally {
      synchronized (this) {
        fetching = false;
      }
    }
  }

  /** Those whose time is over; those that have had nothing to do only if there can be new ones. */
  synchronized void retireOld() {
    boolean there = source.there().getAsBoolean();
    List<Allowance> old =
        current.stream().filter(one -> one.old() || (there && one.idle())).toList();
    current.removeAll(old);
    source.retired().addAll(old);
  }

  synchronized void retire() {
    retireAll();
  }

  /** Those that no request uses are of no use to anybody else either. */
  synchronized void retireIdle(Predicate<Charge> whose) {
    List<Allowance> idle =
        current.stream().filter(one -> one.running() == 0 && whose.test(one.charge)).toList();
    current.removeAll(idle);
    source.retired().addAll(idle);
  }

  private void retireAll() {
    source.retired().addAll(current);
    current.clear();
  }

  boolean of(String someUser) {
    return user.equals(someUser);
  }

  synchronized boolean has(Charge charge) {
    return current.stream().anyMatch(one -> one.charge.equals(charge));
  }

  synchronized boolean idle() {
    return current.isEmpty() && !fetching;
  }

  /** Whether room is being reserved of which nobody knows yet. */
  synchronized boolean isFetching() {
    return fetching;
  }

  /** Whether nothing of it is left; then nobody enters by it any more. */
  synchronized boolean forget() {
    forgotten |= idle();
    return forgotten;
  }
}
