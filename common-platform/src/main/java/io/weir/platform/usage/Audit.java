package io.weir.platform.usage;

import io.weir.platform.mongo.Documents;
import java.time.Clock;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares the counters of a month with the rows of the ledger. Changes nothing. Thread-safe.
 *
 * <p>Services may go on counting: the ledger is read before the counters and after them. What was
 * decided before, and is not open any more, must have been counted; what was decided after cannot
 * have been. Where nothing happens meanwhile the two are the same, and the counters must be exactly
 * that.
 */
public final class Audit {
  private static final int PAGE = 5_000;

  /** Its charges are what its ledger of calls comes to. */
  private static final String GATEWAY = "llm-gateway";

  private final Periods periods;
  private final Ledger ledger;
  private final LlmCalls calls;

  /**
   * One user's month.
   *
   * @param ledger what its rows come to, without those that are not counted yet
   * @param differences where the two do not agree, for people; empty when they do
   */
  public record Account(UsageNumbers counters, LedgerSums ledger, List<String> differences) {
    public Account {
      differences = List.copyOf(differences);
    }
  }

  /** Does no I/O. */
  public Audit(Documents documents) {
    this.periods = new Periods(documents);
    this.ledger = new Ledger(documents);
    this.calls = new LlmCalls(documents, new Usage(documents, GATEWAY, Clock.systemUTC()));
  }

  /** Everybody who has used or reserved anything in {@code month}, by id. */
  public List<Account> of(YearMonth month) throws InterruptedException {
    var users = new TreeSet<>(ledger.users(month));
    users.addAll(periods.users(month));
    var accounts = new ArrayList<Account>();
    for (String user : users) {
      accounts.add(of(user, month));
    }
    return accounts;
  }

  /** One user's month; all zeros when they have used nothing. */
  public Account of(String user, YearMonth month) throws InterruptedException {
    List<LedgerRow> before = rows(user, month);
    Optional<OpenPeriod> period = periods.whole(user, month);
    List<LedgerRow> after = rows(user, month);
    List<Charge> open = period.map(OpenPeriod::open).orElse(List.of());
    UsageNumbers numbers =
        period.map(OpenPeriod::numbers).orElseGet(() -> UsageNumbers.none(user, month));
    Account account =
        compared(numbers, open, sums(before, Set.copyOf(open)), sums(after, Set.copyOf(open)));
    var differences = new ArrayList<>(account.differences());
    var keys = new TreeSet<>(numbers.keys().keySet());
    after.forEach(row -> keys.add(row.charge().key()));
    keys.remove("");
    for (String key : keys) {
      compareKey(differences, key, numbers.of(key), open, before, after);
    }
    for (LedgerRow row : before) {
      if (row.charge().service().equals(GATEWAY)) {
        compareCalls(differences, row);
      }
    }
    return new Account(account.counters(), account.ledger(), differences);
  }

  private static void compareKey(
      List<String> differences,
      String key,
      KeyNumbers counters,
      List<Charge> open,
      List<LedgerRow> before,
      List<LedgerRow> after) {
    LedgerSums least = sums(of(key, before), Set.copyOf(open));
    LedgerSums most = sums(of(key, after), Set.copyOf(open));
    String whose = "key weir_" + key + ": ";
    compare(
        differences, whose + "tokens used", counters.tokensUsed(), least.tokens(), most.tokens());
    compare(
        differences,
        whose + "cost in micro-dollars",
        counters.costMicros(),
        least.costMicros(),
        most.costMicros());
    List<Charge> own = open.stream().filter(charge -> charge.key().equals(key)).toList();
    compareOpen(
        differences,
        whose + "tokens reserved",
        counters.tokensReserved(),
        own.stream().mapToLong(Charge::tokens).sum());
    compareOpen(
        differences,
        whose + "micro-dollars reserved",
        counters.costReserved(),
        own.stream().mapToLong(Charge::micros).sum());
  }

  private static List<LedgerRow> of(String key, List<LedgerRow> rows) {
    return rows.stream().filter(row -> row.charge().key().equals(key)).toList();
  }

  /** A charge of the gateway is made of calls, each with a row of its own. */
  private void compareCalls(List<String> differences, LedgerRow row) throws InterruptedException {
    LlmCalls.Sums sums = calls.sums(row.charge().id());
    Spend told = row.spend();
    if (sums.spend().tokens() != told.tokens()
        || sums.spend().costMicros() != told.costMicros()
        || (row.outcome() == LedgerRow.Outcome.SETTLED
            && sums.spend().requests() != told.requests())) {
      differences.add(
          "charge %s: %d tokens, %d requests and %d micro-dollars in the ledger, %d, %d and %d by its calls"
              .formatted(
                  row.charge().id(),
                  told.tokens(),
                  told.requests(),
                  told.costMicros(),
                  sums.spend().tokens(),
                  sums.spend().requests(),
                  sums.spend().costMicros()));
    }
  }

  private List<LedgerRow> rows(String user, YearMonth month) throws InterruptedException {
    var rows = new ArrayList<LedgerRow>();
    String last = "";
    List<LedgerRow> page;
    do {
      page = ledger.rowsAfter(user, month, last, PAGE);
      rows.addAll(page);
      last = page.isEmpty() ? last : page.getLast().charge().id();
    } while (page.size() == PAGE);
    return rows;
  }

  // A row whose charge is still open is decided and not counted yet.
  private static LedgerSums sums(List<LedgerRow> rows, Set<Charge> open) {
    LedgerSums sums = LedgerSums.NONE;
    for (LedgerRow row : rows) {
      if (!open.contains(row.charge())) {
        sums = sums.plus(row);
      }
    }
    return sums;
  }

  private static Account compared(
      UsageNumbers counters, List<Charge> open, LedgerSums least, LedgerSums most) {
    var differences = new ArrayList<String>();
    compare(differences, "tokens used", counters.tokensUsed(), least.tokens(), most.tokens());
    compare(
        differences, "requests used", counters.requestsUsed(), least.requests(), most.requests());
    compare(
        differences,
        "cost in micro-dollars",
        counters.costMicros(),
        least.costMicros(),
        most.costMicros());
    long reserved = open.stream().mapToLong(Charge::tokens).sum();
    compareOpen(differences, "tokens reserved", counters.tokensReserved(), reserved);
    long requests = open.stream().mapToLong(Charge::requests).sum();
    compareOpen(differences, "requests reserved", counters.requestsReserved(), requests);
    compareOpen(differences, "pieces of work open", counters.open(), open.size());
    return new Account(counters, most, differences);
  }

  private static void compare(
      List<String> differences, String what, long counter, long least, long most) {
    if (counter < least || counter > most) {
      differences.add("%s: %d counted, %d in the ledger".formatted(what, counter, most));
    }
  }

  private static void compareOpen(List<String> differences, String what, long counter, long open) {
    if (counter != open) {
      differences.add("%s: %d counted, %d by open charges".formatted(what, counter, open));
    }
  }

  /** A month's counters with the charges that are open in it, read at once. */
  record OpenPeriod(UsageNumbers numbers, List<Charge> open) {
    OpenPeriod {
      open = List.copyOf(open);
    }
  }
}
