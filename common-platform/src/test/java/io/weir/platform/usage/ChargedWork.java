package io.weir.platform.usage;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.DuplicateKeyException;
import java.time.Clock;
import java.util.Optional;
import org.bson.Document;

/**
 * A service as small as one can be that charges for its work: accepts it once under its id, does
 * it, and settles what its document says, whoever else tries the same.
 */
final class ChargedWork {
  static final String COLLECTION = "works";
  private static final String SPENT = "spent";

  private final Documents documents;
  private final Usage usage;

  ChargedWork(Documents documents, Clock clock) {
    this.documents = documents;
    this.usage = new Usage(documents, "review", clock);
  }

  /**
   * From the door to the end.
   *
   * @return whether the work was accepted, now or before
   */
  boolean run(String user, Quota quota, int cap, String work, long estimate, long actual)
      throws InterruptedException {
    if (find(work).isEmpty() && !accept(user, quota, cap, work, estimate)) {
      return false;
    }
    // Of two who do it, one result is stored, and both settle that.
    documents.first(
        documents
            .collection(COLLECTION)
            .updateOne(
                Filters.and(Filters.eq("_id", work), Filters.exists(SPENT, false)),
                Updates.set(SPENT, actual)));
    Document done = find(work).orElseThrow();
    usage.settle(Charge.of(done.get(Charge.FIELD, Document.class)), spend(done));
    return true;
  }

  private boolean accept(String user, Quota quota, int cap, String work, long estimate)
      throws InterruptedException {
    if (!(usage.reserve(user, quota, cap, work, estimate)
        instanceof ReserveResult.Reserved(Charge charge))) {
      return false;
    }
    try {
      documents.first(
          documents
              .collection(COLLECTION)
              .insertOne(new Document("_id", work).append(Charge.FIELD, charge.document())));
    } catch (DuplicateKeyException e) {
      usage.refund(charge);
    }
    return true;
  }

  /** For the sweeper. */
  WorkState state(Charge charge) throws InterruptedException {
    Optional<Document> found = find(charge.work());
    if (found.isEmpty()
        || !Charge.of(found.get().get(Charge.FIELD, Document.class)).equals(charge)) {
      return new WorkState.Gone();
    }
    return found.get().containsKey(SPENT)
        ? new WorkState.Finished(spend(found.get()))
        : new WorkState.Alive();
  }

  Usage usage() {
    return usage;
  }

  private Optional<Document> find(String work) throws InterruptedException {
    return documents.first(documents.collection(COLLECTION).find(Filters.eq("_id", work)).first());
  }

  static Spend spend(Document work) {
    long tokens = work.get(SPENT, Number.class).longValue();
    return new Spend("m", tokens, 0, tokens * 3);
  }
}
