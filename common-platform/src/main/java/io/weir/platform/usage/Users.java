package io.weir.platform.usage;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.weir.platform.mongo.Documents;
import io.weir.platform.mongo.Indexes;
import java.util.Optional;
import org.bson.Document;

/**
 * Which plan users have. Whoever is not there has the plan of the settings, so nobody need be there
 * to work. Thread-safe.
 */
public final class Users {
  private static final String COLLECTION = "users";
  private static final String PLAN = "plan";
  private static final String QUOTA = "quota";
  private static final String TOKENS = "tokens";
  private static final String REQUESTS = "requests";

  private final Documents documents;
  private final Plan otherwise;

  /**
   * Does no I/O.
   *
   * @param otherwise the plan of those who are not there
   */
  public Users(Documents documents, Plan otherwise) {
    this.documents = documents;
    this.otherwise = otherwise;
  }

  static Indexes indexes() {
    return Indexes.on(COLLECTION).index("idx_plan", Sorts.ascending(PLAN));
  }

  /** The user of that id, who need not be known. A plan that nobody knows is the default one. */
  public User of(String id) throws InterruptedException {
    return documents
        .first(documents.collection(COLLECTION).find(Filters.eq("_id", id)).first())
        .map(found -> read(id, found))
        .orElseGet(() -> new User(id, otherwise, Optional.empty()));
  }

  /** Gives {@code user} plan and quota from now on; what else is known of them stays. */
  public void put(User user) throws InterruptedException {
    documents.first(
        documents
            .collection(COLLECTION)
            .updateOne(
                Filters.eq("_id", user.id()),
                Updates.combine(
                    Updates.set(PLAN, user.plan().key()),
                    user.own()
                        .map(
                            own ->
                                Updates.set(
                                    QUOTA,
                                    new Document(TOKENS, own.tokens())
                                        .append(REQUESTS, own.requests())))
                        .orElseGet(() -> Updates.unset(QUOTA))),
                new UpdateOptions().upsert(true)));
  }

  private User read(String id, Document found) {
    Plan plan = Optional.ofNullable(found.getString(PLAN)).flatMap(Plan::of).orElse(otherwise);
    Document own = found.get(QUOTA, Document.class);
    return new User(
        id,
        plan,
        own == null
            ? Optional.empty()
            : Optional.of(
                new Quota(
                    number(own, TOKENS).orElse(plan.quota().tokens()),
                    number(own, REQUESTS).orElse(plan.quota().requests()))));
  }

  private static Optional<Long> number(Document own, String field) {
    return Optional.ofNullable(own.get(field, Number.class)).map(Number::longValue);
  }
}
