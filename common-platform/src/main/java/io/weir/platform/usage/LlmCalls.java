package io.weir.platform.usage;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.mongo.Indexes;
import io.weir.platform.usage.LlmCall.Outcome;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of calls to models: one row a purchase, however often it is told. A row that says
 * {@code unknown} gives way to one that knows; no other is changed. Thread-safe, across processes.
 */
public final class LlmCalls {
  static final String COLLECTION = "llm_calls";

  private final Documents documents;
  private final Usage usage;
  private final Ledger ledger;

  /**
   * What a charge's rows come to.
   *
   * @param calls how many there are
   */
  public record Sums(long calls, Spend spend) {
    /** Of a charge without rows. */
    public static final Sums NONE = new Sums(0, new Spend("", 0, 0, 0, 0));
  }

  /** What calls of one model came to. */
  public record ModelSums(
      String provider,
      String model,
      Outcome outcome,
      long calls,
      long inputTokens,
      long outputTokens,
      long costMicros) {}

  /**
   * Does no I/O.
   *
   * @param usage of the service that the calls are charged by
   */
  public LlmCalls(Documents documents, Usage usage) {
    this.documents = documents;
    this.usage = usage;
    this.ledger = usage.ledger();
  }

  /** Those that it wants. */
  public static Indexes indexes() {
    return Indexes.on(COLLECTION)
        .index("idx_charge", Sorts.ascending(LlmCallRows.CHARGE))
        .index("idx_user_period", Sorts.ascending("user_id", LlmCallRows.MONTH))
        .index("idx_correlation", Sorts.ascending("correlation_id"));
  }

  /** Writes calls, each once. All are there when it returns. */
  public void write(List<LlmCall> calls) throws InterruptedException {
    // The last word on an id in this batch that is not "unknown".
    var latest = new HashMap<String, LlmCall>();
    for (LlmCall call : calls) {
      latest.merge(call.id(), call, (old, now) -> now.outcome() == Outcome.UNKNOWN ? old : now);
    }
    var late = late(latest.values());
    List<LlmCall> inTime =
        latest.values().stream().filter(call -> !late.contains(call.id())).toList();
    if (!inTime.isEmpty()) {
      insert(inTime);
    }
    for (String id : late) {
      writeLate(latest.get(id));
    }
  }

  /** Nearly all are new, and to insert costs half of what it costs to look first. */
  private void insert(List<LlmCall> calls) throws InterruptedException {
    try {
      documents.first(
          documents
              .collection(COLLECTION)
              .insertMany(
                  calls.stream().map(LlmCallRows::of).toList(),
                  new InsertManyOptions().ordered(false)));
    } catch (DuplicateKeyException e) {
      // Some are told again, or are better known now. The others are there, and stay as they are.
      documents.first(
          documents
              .collection(COLLECTION)
              .bulkWrite(
                  calls.stream().map(LlmCalls::upsert).toList(),
                  new BulkWriteOptions().ordered(false)));
    }
  }

  /**
   * Calls whose charge has ended without them: their process died, and what it knew came to light
   * afterwards.
   */
  private Set<String> late(Collection<LlmCall> calls) throws InterruptedException {
    Set<String> ended =
        ledger.ended(
            calls.stream()
                .map(LlmCall::charge)
                .filter(charge -> !charge.isEmpty())
                .collect(Collectors.toSet()));
    var late = new HashSet<String>();
    for (LlmCall call : calls) {
      if (ended.contains(call.charge())) {
        late.add(call.id());
      }
    }
    return late;
  }

  private void writeLate(@Nullable LlmCall call) throws InterruptedException {
    if (call == null || find(call.id()).isPresent()) {
      return; // It was counted with its charge, and stays as it was counted.
    }
    // Its key's budget pays as it would have paid in time.
    String key = ledger.find(call.charge()).map(row -> row.charge().key()).orElse("");
    Charge charge = usage.open(call.user(), "late call " + call.id(), 0, key);
    LlmCall charged = call.chargedTo(charge.id());
    documents.first(
        documents
            .collection(COLLECTION)
            .updateOne(
                Filters.eq("_id", call.id()),
                new Document("$setOnInsert", LlmCallRows.fields(charged)),
                new UpdateOptions().upsert(true)));
    // Another writer may have been first; then its charge has the row, and this one has none.
    Sums sums = sums(charge.id());
    var _ = sums.calls() == 0 ? usage.refund(charge) : usage.settle(charge, sums.spend());
  }

  private static UpdateOneModel<Document> upsert(LlmCall call) {
    String operator = call.outcome() == Outcome.UNKNOWN ? "$setOnInsert" : "$set";
    return new UpdateOneModel<>(
        Filters.eq("_id", call.id()),
        new Document(operator, LlmCallRows.fields(call)),
        new UpdateOptions().upsert(true));
  }

  /** The call of that id. */
  public Optional<LlmCall> find(String id) throws InterruptedException {
    return documents
        .first(documents.collection(COLLECTION).find(Filters.eq("_id", id)).first())
        .map(LlmCallRows::read);
  }

  /** The calls of one correlation id, oldest first. */
  public List<LlmCall> ofCorrelation(String id) throws InterruptedException {
    return documents
        .all(
            documents
                .collection(COLLECTION)
                .find(Filters.eq("correlation_id", id))
                .sort(Sorts.ascending("at"))
                .limit(1_000))
        .stream()
        .map(LlmCallRows::read)
        .toList();
  }

  /** What the calls of a charge come to. */
  public Sums sums(String charge) throws InterruptedException {
    return sums(Set.of(charge)).getOrDefault(charge, Sums.NONE);
  }

  /** What the calls of each charge come to that has any. */
  public Map<String, Sums> sums(Set<String> charges) throws InterruptedException {
    if (charges.isEmpty()) {
      return Map.of();
    }
    var tokens = new Document("$add", List.of("$input_tokens", "$output_tokens"));
    var counts =
        new Document(
            "$or",
            List.of(
                new Document("$eq", List.of("$outcome", LlmCallRows.name(Outcome.OK))),
                new Document("$gt", List.of(tokens, 0L))));
    var group =
        new Document("_id", "$charge_id")
            .append("calls", new Document("$sum", 1))
            .append("requests", new Document("$sum", new Document("$cond", List.of(counts, 1, 0))))
            .append("input", new Document("$sum", "$input_tokens"))
            .append("output", new Document("$sum", "$output_tokens"))
            .append("cost", new Document("$sum", "$cost_micros"));
    var sums = new HashMap<String, Sums>();
    for (Document row :
        documents.all(
            documents
                .collection(COLLECTION)
                .aggregate(
                    List.of(
                        new Document("$match", Filters.in(LlmCallRows.CHARGE, charges)),
                        new Document("$group", group))))) {
      sums.put(
          row.getString("_id"),
          new Sums(
              LlmCallRows.number(row, "calls"),
              new Spend(
                  "",
                  LlmCallRows.number(row, "input"),
                  LlmCallRows.number(row, "output"),
                  LlmCallRows.number(row, "cost"),
                  LlmCallRows.number(row, "requests"))));
    }
    return sums;
  }

  /** What was called in a month, by provider, model and outcome. */
  public List<ModelSums> byModel(YearMonth month) throws InterruptedException {
    var key =
        new Document("provider", "$provider")
            .append("model", "$model")
            .append(LlmCallRows.OUTCOME, "$outcome");
    var group =
        new Document("_id", key)
            .append("calls", new Document("$sum", 1))
            .append("input", new Document("$sum", "$input_tokens"))
            .append("output", new Document("$sum", "$output_tokens"))
            .append("cost", new Document("$sum", "$cost_micros"));
    return documents
        .all(
            documents
                .collection(COLLECTION)
                .aggregate(
                    List.of(
                        new Document("$match", new Document(LlmCallRows.MONTH, month.toString())),
                        new Document("$group", group),
                        new Document("$sort", new Document("_id", 1)))))
        .stream()
        .map(
            row -> {
              Document id = row.get("_id", Document.class);
              return new ModelSums(
                  id.getString("provider"),
                  id.getString("model"),
                  LlmCallRows.outcome(id),
                  LlmCallRows.number(row, "calls"),
                  LlmCallRows.number(row, "input"),
                  LlmCallRows.number(row, "output"),
                  LlmCallRows.number(row, "cost"));
            })
        .toList();
  }
}
