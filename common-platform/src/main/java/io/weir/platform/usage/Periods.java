package io.weir.platform.usage;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.weir.platform.mongo.Documents;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * A user's month as one document: the counters, and the open charges that they contain. Each change
 * is one guarded update of it, so that limits hold whoever else changes it at the same time, and
 * nothing is counted twice: a charge counts as long as it is open, and leaves with its row of the
 * ledger only. Thread-safe.
 */
final class Periods {
  static final String COLLECTION = "usage_periods";

  private static final String USER = "user_id";
  private static final String MONTH = "period";
  private static final String TOKENS_USED = "tokens_used";
  private static final String REQUESTS_USED = "requests_used";
  private static final String COST = "cost_micros";

  /** Used and reserved in one number: the guard of a limit is one comparison then. */
  private static final String TOKENS_COMMITTED = "tokens_committed";

  private static final String REQUESTS_COMMITTED = "requests_committed";

  /** The same of keys with a budget, each in a document of its own by the key's id. */
  private static final String KEYS = "keys";

  private static final String COST_COMMITTED = "cost_committed";
  private static final String OPEN_COUNT = "open_count";
  private static final String OPEN = "open";
  private static final String UNTIL = "until";

  private final Documents documents;

  Periods(Documents documents) {
    this.documents = documents;
  }

  /**
   * Opens {@code charge} if there is room for it.
   *
   * @param budget of the charge's key, if it has one
   * @param cap most charges open at once
   * @return whether it is open now
   */
  boolean open(Charge charge, Quota quota, KeyBudget budget, int cap, Instant until)
      throws InterruptedException {
    var room = new ArrayList<Bson>();
    room.add(byId(charge));
    room.add(Filters.lte(TOKENS_COMMITTED, quota.tokens() - charge.tokens()));
    room.add(Filters.lte(REQUESTS_COMMITTED, quota.requests() - charge.requests()));
    room.add(Filters.lt(OPEN_COUNT, cap));
    var reserving = new ArrayList<Bson>();
    reserving.add(Updates.inc(TOKENS_COMMITTED, charge.tokens()));
    reserving.add(Updates.inc(REQUESTS_COMMITTED, charge.requests()));
    reserving.add(Updates.inc(OPEN_COUNT, 1));
    reserving.add(Updates.push(OPEN, charge.document().append(UNTIL, Date.from(until))));
    if (!charge.key().isEmpty()) {
      room.add(Filters.lte(ofKey(charge, TOKENS_COMMITTED), budget.tokens() - charge.tokens()));
      room.add(Filters.lte(ofKey(charge, COST_COMMITTED), budget.micros() - charge.micros()));
      reserving.add(Updates.inc(ofKey(charge, TOKENS_COMMITTED), charge.tokens()));
      reserving.add(Updates.inc(ofKey(charge, COST_COMMITTED), charge.micros()));
    }
    return changes(Filters.and(room), reserving);
  }

  /** Makes the document of the charge's month, and in it its key's, if they are not there. */
  void ensure(Charge charge) throws InterruptedException {
    ensure(charge.user(), charge.month());
    if (!charge.key().isEmpty()) {
      var zeros =
          new Document(TOKENS_USED, 0L)
              .append(TOKENS_COMMITTED, 0L)
              .append(COST, 0L)
              .append(COST_COMMITTED, 0L);
      String key = KEYS + "." + charge.key();
      var _ =
          changes(
              Filters.and(byId(charge), Filters.exists(key, false)),
              List.of(Updates.set(key, zeros)));
    }
  }

  private void ensure(String user, YearMonth month) throws InterruptedException {
    documents.first(
        documents
            .collection(COLLECTION)
            .updateOne(
                Filters.eq("_id", id(user, month)),
                Updates.combine(
                    Updates.setOnInsert(USER, user),
                    Updates.setOnInsert(MONTH, month.toString()),
                    Updates.setOnInsert(TOKENS_USED, 0L),
                    Updates.setOnInsert(TOKENS_COMMITTED, 0L),
                    Updates.setOnInsert(REQUESTS_USED, 0L),
                    Updates.setOnInsert(REQUESTS_COMMITTED, 0L),
                    Updates.setOnInsert(COST, 0L),
                    Updates.setOnInsert(OPEN_COUNT, 0),
                    Updates.setOnInsert(OPEN, List.of())),
                new UpdateOptions().upsert(true)));
  }

  /**
   * Closes the charge of {@code row} with what the row says.
   *
   * @return false when that was done before
   */
  boolean apply(LedgerRow row) throws InterruptedException {
    Charge charge = row.charge();
    Spend spend = row.spend();
    long requests = row.requests();
    var counting = new ArrayList<Bson>();
    counting.add(Updates.inc(TOKENS_USED, spend.tokens()));
    counting.add(Updates.inc(REQUESTS_USED, requests));
    counting.add(Updates.inc(COST, spend.costMicros()));
    counting.add(Updates.inc(TOKENS_COMMITTED, spend.tokens() - charge.tokens()));
    counting.add(Updates.inc(REQUESTS_COMMITTED, requests - charge.requests()));
    counting.add(Updates.inc(OPEN_COUNT, -1));
    counting.add(Updates.pull(OPEN, new Document("id", charge.id())));
    if (!charge.key().isEmpty()) {
      counting.add(Updates.inc(ofKey(charge, TOKENS_USED), spend.tokens()));
      counting.add(Updates.inc(ofKey(charge, COST), spend.costMicros()));
      counting.add(Updates.inc(ofKey(charge, TOKENS_COMMITTED), spend.tokens() - charge.tokens()));
      counting.add(
          Updates.inc(ofKey(charge, COST_COMMITTED), spend.costMicros() - charge.micros()));
    }
    return changes(isOpen(charge), counting);
  }

  /** Leaves an open charge open until then. */
  void extend(Charge charge, Instant until) throws InterruptedException {
    var _ = changes(isOpen(charge), List.of(Updates.set(OPEN + ".$." + UNTIL, Date.from(until))));
  }

  /**
   * Charges of {@code service} that were to be closed by {@code now}, of so many months at most.
   */
  List<Charge> overdue(String service, Instant now, int months) throws InterruptedException {
    return open(
        service,
        Filters.lte(UNTIL, Date.from(now)),
        entry -> !entry.getDate(UNTIL).toInstant().isAfter(now),
        months);
  }

  /** Open charges of {@code service} for that work, of so many months at most. */
  List<Charge> ofWork(String service, String work, int months) throws InterruptedException {
    return open(
        service, Filters.eq("work", work), entry -> work.equals(entry.getString("work")), months);
  }

  private List<Charge> open(String service, Bson which, Predicate<Document> same, int months)
      throws InterruptedException {
    Bson one = Filters.elemMatch(OPEN, Filters.and(Filters.eq("service", service), which));
    return documents.all(documents.collection(COLLECTION).find(one).limit(months)).stream()
        .flatMap(month -> month.getList(OPEN, Document.class, List.of()).stream())
        .filter(entry -> service.equals(entry.getString("service")))
        .filter(same)
        .map(Charge::of)
        .toList();
  }

  Optional<UsageNumbers> numbers(String user, YearMonth month) throws InterruptedException {
    return documents
        .first(documents.collection(COLLECTION).find(Filters.eq("_id", id(user, month))).first())
        .map(found -> read(user, month, found));
  }

  /** Who has a document for that month. */
  List<String> users(YearMonth month) throws InterruptedException {
    return documents
        .all(
            documents
                .collection(COLLECTION)
                .find(Filters.eq(MONTH, month.toString()))
                .projection(Projections.include(USER)))
        .stream()
        .map(found -> found.getString(USER))
        .toList();
  }

  /** Counters and open charges as they are at one moment. */
  Optional<Audit.OpenPeriod> whole(String user, YearMonth month) throws InterruptedException {
    return documents
        .first(documents.collection(COLLECTION).find(Filters.eq("_id", id(user, month))).first())
        .map(
            found ->
                new Audit.OpenPeriod(
                    read(user, month, found),
                    found.getList(OPEN, Document.class, List.of()).stream()
                        .map(Charge::of)
                        .toList()));
  }

  private boolean changes(Bson which, List<Bson> updates) throws InterruptedException {
    return documents
        .first(documents.collection(COLLECTION).updateOne(which, Updates.combine(updates)))
        .filter(result -> result.getMatchedCount() == 1)
        .isPresent();
  }

  private static UsageNumbers read(String user, YearMonth month, Document found) {
    long tokens = number(found, TOKENS_USED);
    long requests = number(found, REQUESTS_USED);
    return new UsageNumbers(
        user,
        month,
        tokens,
        number(found, TOKENS_COMMITTED) - tokens,
        requests,
        number(found, REQUESTS_COMMITTED) - requests,
        number(found, COST),
        (int) number(found, OPEN_COUNT),
        keys(found));
  }

  private static Map<String, KeyNumbers> keys(Document found) {
    var keys = new HashMap<String, KeyNumbers>();
    Document all = found.get(KEYS, new Document());
    for (String key : all.keySet()) {
      Document one = all.get(key, Document.class);
      long tokens = number(one, TOKENS_USED);
      long cost = number(one, COST);
      keys.put(
          key,
          new KeyNumbers(
              tokens,
              number(one, TOKENS_COMMITTED) - tokens,
              cost,
              number(one, COST_COMMITTED) - cost));
    }
    return keys;
  }

  /** An id of a key is letters and digits, which a field's name may be. */
  private static String ofKey(Charge charge, String field) {
    return KEYS + "." + charge.key() + "." + field;
  }

  /** Not in an {@code $and}: the embedded server finds no position then. */
  private static Bson isOpen(Charge charge) {
    return new Document("_id", id(charge.user(), charge.month())).append(OPEN + ".id", charge.id());
  }

  private static Bson byId(Charge charge) {
    return Filters.eq("_id", id(charge.user(), charge.month()));
  }

  /** A month has two digits, so no user's id can make it another user's. */
  private static String id(String user, YearMonth month) {
    return user + ":" + month;
  }

  private static long number(Document found, String field) {
    return found.get(field, Number.class).longValue();
  }
}
