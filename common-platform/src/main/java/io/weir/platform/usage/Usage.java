package io.weir.platform.usage;

import com.mongodb.client.model.Sorts;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.LedgerRow.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what users use, once a piece of work: {@link #reserve} before it is accepted, {@link
 * #settle} when it is done, {@link #refund} when it will not be. Both ends may be called again and
 * by anybody; the first decides, and its row of the ledger is what the counters get. Whoever is
 * killed between two steps is finished by the {@link UsageSweeper}. Thread-safe, across processes.
 *
 * <p>All calls throw {@link DependencyUnavailableException} when MongoDB is away.
 */
public final class Usage {
  /** After so long a charge that nobody has closed is looked at, unless another time is set. */
  static final Duration OPEN_FOR = Duration.ofHours(1);

  /** Most charges that one user has open: they are in one document, which has a largest size. */
  public static final int MOST_OPEN = 20_000;

  private static final int TRIES = 5;

  private static final Logger log = LoggerFactory.getLogger(Usage.class);

  private final Periods periods;
  private final Ledger ledger;
  private final String service;
  private final Duration openFor;
  private final Clock clock;

  /**
   * One that looks at open charges after an hour; does no I/O.
   *
   * @param service whose work is charged
   */
  public Usage(Documents documents, String service, Clock clock) {
    this(documents, service, OPEN_FOR, clock);
  }

  /**
   * Does no I/O.
   *
   * @param service whose work is charged
   * @param openFor after so long a charge that nobody has closed is compared with its work; longer
   *     than it takes to store work that room was reserved for
   */
  public Usage(Documents documents, String service, Duration openFor, Clock clock) {
    this.openFor = openFor;
    this.periods = new Periods(documents);
    this.ledger = new Ledger(documents);
    this.service = service;
    this.clock = clock;
  }

  /** Those that its collections want. */
  public static List<Indexes> indexes() {
    return List.of(
        Ledger.indexes(),
        Users.indexes(),
        Indexes.on(Periods.COLLECTION).index("idx_open_until", Sorts.ascending("open.until")));
  }

  /**
   * Reserves room for a piece of work in the current month, before the work is stored. A user's
   * used and reserved tokens and requests together never exceed the quota by this.
   *
   * @param cap most pieces of work that the user may have open, at least 1
   * @param tokens that the work is expected to use, 0 or more
   */
  public ReserveResult reserve(String user, Quota quota, int cap, String work, long tokens)
      throws InterruptedException {
    return reserve(user, quota, cap, work, Room.of(tokens, 0), Optional.empty());
  }

  /**
   * The same for several requests under one charge, an allowance that is used up bit by bit, and of
   * a key's own budget as well: both have room, or nothing is reserved.
   *
   * @param key one of the user's that has a budget
   */
  public ReserveResult reserve(
      String user, Quota quota, int cap, String work, Room room, Optional<KeyLimit> key)
      throws InterruptedException {
    Instant now = clock.instant();
    var charge =
        new Charge(
            UUID.randomUUID().toString(),
            user,
            month(now),
            service,
            work,
            room.tokens(),
            room.requests(),
            key.map(KeyLimit::key).orElse(""),
            room.micros());
    KeyBudget budget = key.map(KeyLimit::budget).orElse(KeyBudget.NONE);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      if (periods.open(charge, quota, budget, cap, now.plus(openFor))) {
        return new ReserveResult.Reserved(charge);
      }
      UsageNumbers numbers = numbers(user, charge.month());
      if (numbers.tokensUsed() + numbers.tokensReserved() + room.tokens() > quota.tokens()
          || numbers.requestsUsed() + numbers.requestsReserved() + room.requests()
              > quota.requests()) {
        return new ReserveResult.Spent(numbers, room.tokens());
      }
      if (key.isPresent() && !budget.hasRoom(numbers.of(charge.key()), room)) {
        return new ReserveResult.KeySpent(
            charge.month(), key.get(), numbers.of(charge.key()), room);
      }
      if (numbers.open() >= cap) {
        return new ReserveResult.TooManyOpen(numbers.open(), cap);
      }
      // There was no document yet, or room came between the two looks.
      periods.ensure(charge);
    }
    return new ReserveResult.TooManyOpen(cap, cap);
  }

  /**
   * Opens a charge for work that is there already and passed no door: whatever the quota says, it
   * will be done.
   */
  public Charge open(String user, String work, long tokens) throws InterruptedException {
    return open(user, work, tokens, "");
  }

  /**
   * The same for work that a key's budget pays as well.
   *
   * @param key its id; empty for none
   */
  Charge open(String user, String work, long tokens, String key) throws InterruptedException {
    Optional<KeyLimit> limit =
        Optional.of(new KeyLimit(key, KeyBudget.NONE)).filter(one -> !key.isEmpty());
    return switch (reserve(
        user, Quota.UNLIMITED, Integer.MAX_VALUE, work, Room.of(tokens, 0), limit)) {
      case ReserveResult.Reserved(Charge charge) -> charge;
      case ReserveResult.Spent _, ReserveResult.KeySpent _, ReserveResult.TooManyOpen _ ->
          throw new IllegalStateException("no limit, and yet no room for " + work);
    };
  }

  /**
   * The work is done: what it used counts instead of what was reserved, even beyond the quota.
   *
   * @param spend as it is stored with the work, so that all who settle say the same
   * @return how the charge ended; a refund when somebody gave it up before
   */
  public LedgerRow settle(Charge charge, Spend spend) throws InterruptedException {
    return end(new LedgerRow(charge, Outcome.SETTLED, spend, clock.instant()));
  }

  /**
   * The work will not be done, or counts by another charge: what was reserved is free again.
   *
   * @return how the charge ended; settled when it was before
   */
  public LedgerRow refund(Charge charge) throws InterruptedException {
    return end(new LedgerRow(charge, Outcome.REFUNDED, Spend.NONE, clock.instant()));
  }

  /**
   * Charges of this service that are open for {@code work}: in so many months at most, so that
   * whoever ends them asks again.
   */
  public List<Charge> open(String work, int months) throws InterruptedException {
    return periods.ofWork(service, work, months);
  }

  /** What {@code user} has used in that month. */
  public UsageNumbers numbers(String user, YearMonth month) throws InterruptedException {
    return periods.numbers(user, month).orElseGet(() -> UsageNumbers.none(user, month));
  }

  /** The current month, in UTC. */
  public YearMonth month() {
    return month(clock.instant());
  }

  public Ledger ledger() {
    return ledger;
  }

  /**
   * Ends charges that have been open for long, as their work says.
   *
   * @return how many were ended
   */
  int sweep(WorkState.Source works, int months) throws InterruptedException {
    Instant now = clock.instant();
    int ended = 0;
    for (Charge charge : periods.overdue(service, now, months)) {
      var decided = ledger.find(charge.id());
      if (decided.isPresent()) {
        ended += periods.apply(decided.get()) ? 1 : 0;
        continue;
      }
      switch (works.of(charge)) {
        case WorkState.Finished(Spend spend) -> {
          var _ = settle(charge, spend);
          ended++;
        }
        case WorkState.Gone() -> {
          var _ = refund(charge);
          ended++;
        }
        case WorkState.Alive() -> periods.extend(charge, now.plus(openFor));
      }
    }
    return ended;
  }

  private LedgerRow end(LedgerRow wanted) throws InterruptedException {
    LedgerRow decided = ledger.decide(wanted);
    var _ = periods.apply(decided);
    if (wanted.outcome() == Outcome.SETTLED && decided.outcome() == Outcome.REFUNDED) {
      log.atWarn()
          .addKeyValue("charge", wanted.charge().id())
          .addKeyValue("work", wanted.charge().work())
          .addKeyValue("tokens", wanted.spend().tokens())
          .log("work was done though its charge had been given back; it is not counted");
    }
    return decided;
  }

  private static YearMonth month(Instant at) {
    return YearMonth.from(at.atZone(ZoneOffset.UTC));
  }
}
