package io.weir.platform.usage;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.LedgerRow.Outcome;
import java.time.YearMonth;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.Document;

/** The ends of all charges, one row each, never changed. Thread-safe. */
public final class Ledger {
  private static final String COLLECTION = "ledger";
  private static final String USER = "user_id";
  private static final String MONTH = "period";
  private static final String AT = "at";
  private static final String KEY = "key_id";

  private final Documents documents;

  Ledger(Documents documents) {
    this.documents = documents;
  }

  static Indexes indexes() {
    return Indexes.on(COLLECTION)
        .index("idx_user_period", Sorts.ascending(USER, MONTH, AT))
        .index("idx_work", Sorts.ascending("work_id"));
  }

  /**
   * Writes how a charge ended, unless that is written already.
   *
   * @return the row that is there: the first one wins
   */
  LedgerRow decide(LedgerRow row) throws InterruptedException {
    try {
      documents.first(documents.collection(COLLECTION).insertOne(write(row)));
      return row;
    } catch (DuplicateKeyException e) {
      return find(row.charge().id()).orElseThrow(() -> e);
    }
  }

  /** How the charge of that id ended; empty while it is open. */
  public Optional<LedgerRow> find(String charge) throws InterruptedException {
    return documents
        .first(documents.collection(COLLECTION).find(Filters.eq("_id", charge)).first())
        .map(Ledger::read);
  }

  /**
   * A page of a user's month, oldest first.
   *
   * @param skip rows before the page
   * @param limit most rows, 1 to 1,000
   */
  public List<LedgerRow> rows(String user, YearMonth month, int skip, int limit)
      throws InterruptedException {
    return documents
        .all(
            documents
                .collection(COLLECTION)
                .find(Filters.and(Filters.eq(USER, user), Filters.eq(MONTH, month.toString())))
                .sort(Sorts.ascending(AT, "_id"))
                .skip(skip)
                .limit(limit))
        .stream()
        .map(Ledger::read)
        .toList();
  }

  /** The rows of a user's month with larger ids than {@code last}, by id: each is read once. */
  List<LedgerRow> rowsAfter(String user, YearMonth month, String last, int limit)
      throws InterruptedException {
    return documents
        .all(
            documents
                .collection(COLLECTION)
                .find(
                    Filters.and(
                        Filters.eq(USER, user),
                        Filters.eq(MONTH, month.toString()),
                        Filters.gt("_id", last)))
                .sort(Sorts.ascending("_id"))
                .limit(limit))
        .stream()
        .map(Ledger::read)
        .toList();
  }

  /** Which of those charges have ended. */
  Set<String> ended(Collection<String> charges) throws InterruptedException {
    if (charges.isEmpty()) {
      return Set.of();
    }
    return documents
        .all(
            documents
                .collection(COLLECTION)
                .find(Filters.in("_id", charges))
                .projection(Projections.include("_id")))
        .stream()
        .map(row -> row.getString("_id"))
        .collect(Collectors.toSet());
  }

  /** Who has rows in that month. */
  List<String> users(YearMonth month) throws InterruptedException {
    return documents.all(
        documents
            .collection(COLLECTION)
            .distinct(USER, Filters.eq(MONTH, month.toString()), String.class));
  }

  private static Document write(LedgerRow row) {
    Charge charge = row.charge();
    var document =
        new Document("_id", charge.id())
            .append(USER, charge.user())
            .append(MONTH, charge.month().toString())
            .append("service", charge.service())
            .append("work_id", charge.work())
            .append("reserved", charge.tokens())
            .append("reserved_requests", charge.requests())
            .append("requests", row.spend().requests())
            .append("outcome", row.outcome().name().toLowerCase(Locale.ROOT))
            .append("model", row.spend().model())
            .append("input_tokens", row.spend().inputTokens())
            .append("output_tokens", row.spend().outputTokens())
            .append("cost_micros", row.spend().costMicros())
            .append(AT, Date.from(row.at()));
    return charge.key().isEmpty()
        ? document
        : document.append(KEY, charge.key()).append("reserved_micros", charge.micros());
  }

  private static LedgerRow read(Document row) {
    var charge =
        new Charge(
            row.getString("_id"),
            row.getString(USER),
            YearMonth.parse(row.getString(MONTH)),
            row.getString("service"),
            row.getString("work_id"),
            number(row, "reserved"),
            number(row, "reserved_requests", 1),
            row.get(KEY, ""),
            number(row, "reserved_micros", 0));
    return new LedgerRow(
        charge,
        Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
        new Spend(
            row.getString("model"),
            number(row, "input_tokens"),
            number(row, "output_tokens"),
            number(row, "cost_micros"),
            number(row, "requests", 1)),
        row.getDate(AT).toInstant());
  }

  /** What rows that were written before the field was have. */
  private static long number(Document row, String field, long otherwise) {
    Number found = row.get(field, Number.class);
    return found == null ? otherwise : found.longValue();
  }

  private static long number(Document row, String field) {
    return row.get(field, Number.class).longValue();
  }
}
