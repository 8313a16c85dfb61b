package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Failure;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.Component;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.LlmCalls;
import io.weir.platform.usage.Room;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.Users;
import io.weir.platform.usage.WorkState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds users to their months, and keys to their budgets, without asking the database for each
 * request: a user's requests take from an allowance that was reserved for many of them at once, and
 * the next one is fetched before it is used up. A key with a budget has allowances of its own,
 * which are reserved of both. What is reserved counts against the limit at once, for all replicas,
 * so a limit is passed only by what a single answer outgrew its own reservation. An allowance is
 * settled with what the ledger's rows of its calls come to, once they are all there. Thread-safe.
 */
public final class Budgets implements Component {
  private static final Logger log = LoggerFactory.getLogger(Budgets.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** Looks into the ledger, which may have to read many rows, take no larger share of the time. */
  private static final int LOOK_SHARE = 20;

  static final Duration COME_BACK = Duration.ofSeconds(5);

  /** For the ledger to have the rows of calls that have just ended. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  /** A durable request comes again, and holds up others as long as it waits. */
  private static final Duration DURABLE_WAIT = Duration.ofMillis(50);

  private static final Duration LOOK_SOON = Duration.ofMillis(20);

  private final Usage usage;
  private final LlmCalls calls;
  private final BooleanSupplier there;
  private final Account.Source source;
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Set<Allowance> retired = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * How large allowances are.
   *
   * @param tokens reserved at once, or more for who uses that up quickly, see {@link Growth}, but
   *     no more than a twentieth of the month
   * @param requests reserved at once, likewise
   * @param micros micro-dollars of a key's budget reserved at once, likewise
   * @param kept how long one is used, if it is used all the time; what is left of it is free
   *     afterwards
   */
  public record Sizes(long tokens, long requests, long micros, Duration kept) {
    public static final Sizes DEFAULT = new Sizes(20_000, 50, 200_000, Duration.ofSeconds(30));
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
   * @param work that charges are for: the allowances of this process
   */
  public Budgets(
      Usage usage,
      Users users,
      LlmCalls calls,
      Sizes sizes,
      BooleanSupplier there,
      Supplier<String> work,
      Clock clock) {
    this.there = there;
    this.usage = usage;
    this.calls = calls;
    this.source = new Account.Source(usage, users, sizes, retired, there, work, clock);
  }

  /**
   * Reserves room for a request. Waits for the database only when the user has asked for nothing
   * lately, asks for more than is at hand, or has no room but for what was reserved and not used.
   *
   * @param room what it may cost; micro-dollars only if its key's budget limits them
   */
  public Entry enter(Asker asker, Room room) throws InterruptedException {
    if (!asker.charged()) {
      return new Entry.Admitted(Hold.NONE);
    }
    try {
      return switch (tried(asker, room)) {
        case Attempt.Admitted(Hold hold) -> new Entry.Admitted(hold);
        case Attempt.Refused(Failure failure) -> new Entry.Refused(failure);
        case Attempt.Crowded crowded -> amidACrowd(asker, room, crowded);
      };
    } catch (DependencyUnavailableException e) {
      return new Entry.Refused(Refusals.unknowable());
    }
  }

  private Attempt tried(Asker asker, Room room) throws InterruptedException {
    while (true) {
      Account account = account(asker);
      Optional<Attempt> attempt = account.enter(room);
      if (attempt.isPresent()) {
        return attempt.get();
      }
      boolean _ = accounts.remove(name(asker), account);
    }
  }

  private Account account(Asker asker) {
    return accounts.computeIfAbsent(name(asker), _ -> new Account(asker, source));
  }

  /** No user's name has a line break in it. */
  private static String name(Asker asker) {
    return asker.user() + (asker.budget().limits() ? "\n" + asker.key() : "");
  }

  /** One at a time tries again, as long as what is reserved and not used may be given up. */
  private Entry amidACrowd(Asker asker, Room room, Attempt.Crowded refused)
      throws InterruptedException {
    Duration patience = asker.isDurable() ? DURABLE_WAIT : LONGEST_WAIT;
    Crowd crowd = account(asker).crowd();
    if (!crowd.enter(patience)) {
      return new Entry.Refused(refused.failure());
    }
    try {
      Duration pause = LOOK_SOON;
      while (true) {
        switch (tried(asker, room)) {
          case Attempt.Admitted(Hold hold) -> {
            return new Entry.Admitted(hold);
          }
          case Attempt.Refused(Failure failure) -> {
            return new Entry.Refused(failure);
          }
          case Attempt.Crowded(Failure failure, Predicate<Charge> whose) -> {
            Idle idle = patience.isZero() ? Idle.NONE : settleIdle(asker.user(), whose);
            if (idle == Idle.NONE) {
              return new Entry.Refused(failure);
            }
            if (idle == Idle.WAITS_FOR_ROWS) {
              crowd.pause(closed, pause);
              patience = patience.minus(pause);
              pause = shorter(pause.multipliedBy(2), patience);
            } else {
              // Counts like a short wait, for others may take what was freed for ever.
              patience = patience.minus(shorter(LOOK_SOON, patience));
              pause = shorter(pause, patience);
            }
          }
        }
      }
    } finally {
      crowd.leave();
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** What became of the allowances that nobody uses. */
  private enum Idle {
    NONE,
    WAITS_FOR_ROWS,
    SETTLED
  }

  private Idle settleIdle(String user, Predicate<Charge> whose) throws InterruptedException {
    List<Account> own = accounts.values().stream().filter(account -> account.of(user)).toList();
    own.forEach(account -> account.retireIdle(whose));
    List<Allowance> idle =
        retired.stream().filter(one -> one.running() == 0 && whose.test(one.charge)).toList();
    int rest = idle.size();
    try {
      rest = settle(idle).size();
    } catch (DependencyUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("idle allowances not settled");
    }
    if (rest < idle.size()) {
      return Idle.SETTLED;
    }
    return rest > 0 || own.stream().anyMatch(Account::isFetching) ? Idle.WAITS_FOR_ROWS : Idle.NONE;
  }

  @Override
  public void start() {
    Thread.ofVirtual().name("budgets").start(this::look);
  }

  @Override
  public void drain(Duration timeout) throws InterruptedException {
    accounts.values().forEach(Account::retire);
    long deadline = System.nanoTime() + timeout.dividedBy(4).toNanos();
    while (!allSettled() && there.getAsBoolean() && System.nanoTime() < deadline) {
      List<Allowance> _ = settle(retired.stream().filter(one -> one.running() == 0).toList());
      boolean _ = closed.await(50, TimeUnit.MILLISECONDS);
      // One that was being fetched may have come meanwhile.
      accounts.values().forEach(Account::retire);
    }
  }

  private boolean allSettled() {
    return retired.isEmpty() && accounts.values().stream().allMatch(Account::idle);
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
    long nextLook = System.nanoTime();
    try {
      while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          accounts.values().forEach(Account::retireOld);
          long begun = System.nanoTime();
          if (there.getAsBoolean() && begun - nextLook >= 0) {
            settle(retired.stream().filter(Allowance::mayBeWhole).toList())
                .forEach(Allowance::notWhole);
            nextLook = begun + LOOK_SHARE * (System.nanoTime() - begun);
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

  /** Settles those whose calls are all in the ledger; the others are returned. */
  private List<Allowance> settle(List<Allowance> some) throws InterruptedException {
    var rest = new ArrayList<Allowance>();
    Map<String, LlmCalls.Sums> found =
        calls.sums(some.stream().map(one -> one.charge.id()).collect(Collectors.toSet()));
    for (Allowance one : some) {
      LlmCalls.Sums sums = found.getOrDefault(one.charge.id(), LlmCalls.Sums.NONE);
      if (sums.calls() < one.calls() || one.covers()) {
        rest.add(one);
        continue;
      }
      var _ = sums.calls() == 0 ? usage.refund(one.charge) : usage.settle(one.charge, sums.spend());
      one.settled();
      boolean _ = retired.remove(one);
    }
    return rest;
  }

  private void forgetIdle() {
    accounts.values().removeIf(Account::forget);
  }
}
