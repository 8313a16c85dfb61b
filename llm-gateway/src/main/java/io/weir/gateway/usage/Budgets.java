package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Failure;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.Component;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.ReserveResult;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.UsageNumbers;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import io.weir.platform.usage.WorkState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds users to their months without asking the database for each request: a user's requests take
 * from an allowance that was reserved for many of them at once, and the next one is fetched before
 * it is used up. What is reserved counts against the limit at once, for all replicas, so a limit is
 * passed only by what a single answer outgrew its own reservation. An allowance is settled with
 * what the ledger's rows of its calls come to, once they are all there. Thread-safe.
 */
public final class Budgets implements Component {
  private static final Logger log = LoggerFactory.getLogger(Budgets.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration COME_BACK = Duration.ofSeconds(5);

  /** Of a month, so that several replicas find room beside each other. */
  private static final int LARGEST_SHARE = 20;

  private final Usage usage;
  private final Users users;
  private final LlmCalls calls;
  private final Sizes sizes;
  private final BooleanSupplier there;
  private final Clock clock;
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Set<Allowance> retired = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * How large allowances are.
   *
   * @param tokens reserved at once, but no more than a twentieth of the month
   * @param requests reserved at once, likewise
   * @param kept how long one is used; what is left of it is free afterwards
   */
  public record Sizes(long tokens, long requests, Duration kept) {
    public static final Sizes DEFAULT = new Sizes(20_000, 50, Duration.ofSeconds(30));
  }

  /** What became of a wish to ask. */
  public sealed interface Entry {
    /** Close the hold when the request is over. */
    record Admitted(Hold hold) implements Entry {}

    record Refused(Failure failure) implements Entry {}
  }

  /**
   * Does no I/O.
   *
   * @param there whether MongoDB answers; nobody waits for one that does not
   */
  public Budgets(
      Usage usage, Users users, LlmCalls calls, Sizes sizes, BooleanSupplier there, Clock clock) {
    this.there = there;
    this.usage = usage;
    this.users = users;
    this.calls = calls;
    this.sizes = sizes;
    this.clock = clock;
  }

  /**
   * Reserves room for a request that may cost {@code tokens}. Waits for the database only when the
   * user has asked for nothing lately, or asks for more than is at hand.
   */
  public Entry enter(Asker asker, long tokens) throws InterruptedException {
    if (!asker.charged()) {
      return new Entry.Admitted(Hold.NONE);
    }
    Account account = accounts.computeIfAbsent(asker.user(), Account::new);
    try {
      return account.enter(tokens);
    } catch (DependencyUnavailableException e) {
      return new Entry.Refused(
          new Failure(
              Failure.Kind.PROVIDER_UNREACHABLE,
              503,
              "What you may still use can't be looked up at the moment: MongoDB is away.",
              null,
              "budget_unavailable",
              COME_BACK));
    }
  }

  @Override
  public void start() {
    Thread.ofVirtual().name("budgets").start(this::look);
  }

  @Override
  public void drain(Duration timeout) throws InterruptedException {
    accounts.values().forEach(Account::retire);
    long deadline = System.nanoTime() + timeout.dividedBy(4).toNanos();
    while (!retired.isEmpty() && there.getAsBoolean() && System.nanoTime() < deadline) {
      settleRetired();
      boolean _ = closed.await(50, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }

  /**
   * How far a charge is that has been open for long. One of a process that died is what its calls
   * came to.
   */
  public WorkState state(Charge charge) throws InterruptedException {
    boolean ours =
        retired.stream().anyMatch(one -> one.charge.equals(charge))
            || accounts.values().stream().anyMatch(account -> account.has(charge));
    if (ours) {
      return new WorkState.Alive();
    }
    LlmCalls.Sums sums = calls.sums(charge.id());
    return sums.calls() == 0 ? new WorkState.Gone() : new WorkState.Finished(sums.spend());
  }

  private void look() {
    try {
      while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          accounts.values().forEach(Account::retireOld);
          if (there.getAsBoolean()) {
            settleRetired();
          }
          forgetIdle();
        } catch (DependencyUnavailableException e) {
          log.atDebug().addKeyValue("reason", e.getMessage()).log("allowances settled later");
        } catch (RuntimeException e) {
          log.atError().setCause(e).log("allowances not settled");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Settles those whose calls have all ended and are all in the ledger. */
  private void settleRetired() throws InterruptedException {
    for (Allowance one : List.copyOf(retired)) {
      if (one.running() > 0) {
        continue;
      }
      LlmCalls.Sums sums = calls.sums(one.charge.id());
      if (sums.calls() < one.calls()) {
        continue;
      }
      var _ = sums.calls() == 0 ? usage.refund(one.charge) : usage.settle(one.charge, sums.spend());
      retired.remove(one);
    }
  }

  private void forgetIdle() {
    accounts.values().removeIf(Account::idle);
  }

  /** One user's allowances here. */
  private final class Account {
    private final String user;
    private final List<Allowance> current = new ArrayList<>();
    private boolean fetching;

    Account(String user) {
      this.user = user;
    }

    synchronized Entry enter(long tokens) throws InterruptedException {
      for (Allowance one : current) {
        if (one.take(tokens)) {
          fetchAheadIfLow(one);
          return new Entry.Admitted(one.hold(tokens));
        }
      }
      if (!there.getAsBoolean()) {
        throw new DependencyUnavailableException("mongodb", "MongoDB does not answer", null);
      }
      User known = users.of(user);
      Map<Allowance, Long> debts = debts();
      long debt = debts.values().stream().mapToLong(Long::longValue).sum();
      return switch (fetch(known.quota(), tokens, debt)) {
        case ReserveResult.Reserved(Charge charge) -> {
          debts.forEach(Allowance::covered);
          var fresh = new Allowance(charge, debt, clock.instant().plus(sizes.kept()), clock);
          retireAll();
          current.add(fresh);
          boolean _ = fresh.take(tokens);
          yield new Entry.Admitted(fresh.hold(tokens));
        }
        case ReserveResult.Spent(UsageNumbers numbers, long asked) ->
            new Entry.Refused(Refusals.spent(known.quota(), numbers, asked));
        case ReserveResult.TooManyOpen(int open, int most) ->
            new Entry.Refused(Refusals.tooManyOpen(open, most, COME_BACK));
      };
    }

    /** What was used here beyond what is reserved, and is in no counter yet. */
    private Map<Allowance, Long> debts() {
      return Stream.concat(
              current.stream(), retired.stream().filter(one -> one.charge.user().equals(user)))
          .filter(one -> one.debt() > 0)
          .collect(Collectors.toMap(one -> one, Allowance::debt));
    }

    /** A large allowance, or if there is no room for one, what is needed and no more. */
    private ReserveResult fetch(Quota quota, long tokens, long debt) throws InterruptedException {
      long many = Math.max(tokens, Math.min(sizes.tokens(), quota.tokens() / LARGEST_SHARE));
      long requests = Math.max(1, Math.min(sizes.requests(), quota.requests() / LARGEST_SHARE));
      ReserveResult large = reserve(quota, many + debt, requests);
      return large instanceof ReserveResult.Spent && (many > tokens || requests > 1)
          ? reserve(quota, tokens + debt, 1)
          : large;
    }

    private ReserveResult reserve(Quota quota, long tokens, long requests)
        throws InterruptedException {
      return usage.reserve(user, quota, Usage.MOST_OPEN, "allowance", tokens, requests);
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
        if (fetch(users.of(user).quota(), 0, 0) instanceof ReserveResult.Reserved(Charge charge)) {
          synchronized (this) {
            current.add(new Allowance(charge, 0, clock.instant().plus(sizes.kept()), clock));
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

    synchronized void retireOld() {
      List<Allowance> old = current.stream().filter(Allowance::old).toList();
      current.removeAll(old);
      retired.addAll(old);
    }

    synchronized void retire() {
      retireAll();
    }

    private void retireAll() {
      retired.addAll(current);
      current.clear();
    }

    synchronized boolean has(Charge charge) {
      return current.stream().anyMatch(one -> one.charge.equals(charge));
    }

    synchronized boolean idle() {
      return current.isEmpty() && !fetching;
    }
  }
}
