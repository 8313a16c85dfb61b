package io.weir.kills.work;

import io.weir.kills.lane.Lane;
import io.weir.kills.lane.Streams;
import io.weir.platform.usage.Audit;
import io.weir.platform.usage.LedgerRow;
import io.weir.platform.usage.LedgerRow.Outcome;
import io.weir.platform.usage.Usage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import org.bson.Document;
import org.bson.conversions.Bson;

/** Collects what is not as wanted. For one thread. */
final class Findings {
  private static final int MOST_ROWS = 1_000;

  private final Lane lane;
  private final List<String> problems = new ArrayList<>();

  Findings(Lane lane) {
    this.lane = lane;
  }

  void want(boolean fine, String problem) {
    if (!fine) {
      problems.add(problem);
    }
  }

  /** The documents, of which one is wanted, with nothing left to publish. */
  List<Document> one(String collection, Bson which) throws InterruptedException {
    List<Document> found =
        lane.store().all(lane.store().collection(collection).find(which).limit(10));
    want(found.size() == 1, "%d documents in %s".formatted(found.size(), collection));
    for (Document document : found) {
      want(
          document.getList("outbox", Document.class, List.of()).isEmpty(),
          "an unsent event in " + collection);
      want(document.get("outbox_refused") == null, "a refused event in " + collection);
    }
    return found;
  }

  /** How many messages there are, by their ids; one is wanted, and that once. */
  int announced(List<Streams.Stored> messages, Predicate<Streams.Stored> which, String what) {
    List<String> ids = messages.stream().filter(which).map(Streams.Stored::id).toList();
    int different = new HashSet<>(ids).size();
    want(
        different == 1 && ids.size() == 1,
        "%s %d times, with %d ids".formatted(what, ids.size(), different));
    return different;
  }

  /** How many rows of the ledger count; one is wanted, and nothing open. */
  int charged(String user, Predicate<LedgerRow> which, int tokens) throws InterruptedException {
    var usage = new Usage(lane.store(), lane.kind().module(), Clock.systemUTC());
    List<LedgerRow> settled =
        usage.ledger().rows(user, usage.month(), 0, MOST_ROWS).stream()
            .filter(which)
            .filter(row -> row.outcome() == Outcome.SETTLED)
            .toList();
    want(settled.size() == 1, "%d charges".formatted(settled.size()));
    settled.forEach(
        row ->
            want(
                row.spend().tokens() == tokens,
                "%d tokens charged".formatted(row.spend().tokens())));
    for (Audit.Account account : new Audit(lane.store()).of(usage.month())) {
      problems.addAll(account.differences());
      want(
          account.counters().open() == 0 && account.counters().tokensReserved() == 0,
          "%d charges open".formatted(account.counters().open()));
    }
    return settled.size();
  }

  int paid(String word) {
    int paid = lane.models().paidFor(word);
    want(paid == 1, "the model was paid %d times".formatted(paid));
    return paid;
  }

  Look look(int effects, int announcements, int charges, int paid) throws Exception {
    if (problems.isEmpty()) {
      problems.addAll(lane.streams().leftovers());
    }
    return new Look(effects, announcements, charges, paid, problems);
  }
}
