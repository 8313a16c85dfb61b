package io.weir.platform.mongo;

import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.conversions.Bson;

/**
 * The indexes of one collection, declared beside the store that needs them and created when the
 * service starts. The embedded server heeds only unique ones: queries must be right without the
 * others. Immutable.
 */
public final class Indexes {
  private final String collection;
  private final List<IndexModel> models;

  private Indexes(String collection, List<IndexModel> models) {
    this.collection = collection;
    this.models = List.copyOf(models);
  }

  /** No index yet but the one of {@code _id}. */
  public static Indexes on(String collection) {
    return new Indexes(collection, List.of());
  }

  /** One over {@code keys}, such as {@code Sorts.ascending("user_id")}. */
  public Indexes index(String name, Bson keys) {
    return with(new IndexModel(keys, new IndexOptions().name(name)));
  }

  /** One that leaves out documents without its fields. */
  public Indexes sparse(String name, Bson keys) {
    return with(new IndexModel(keys, new IndexOptions().name(name).sparse(true)));
  }

  /** One that admits each combination of {@code fields} once. */
  public Indexes unique(String name, String... fields) {
    return with(
        new IndexModel(Sorts.ascending(fields), new IndexOptions().name(name).unique(true)));
  }

  /** The same among documents that have the fields. */
  public Indexes uniqueSparse(String name, String... fields) {
    return with(
        new IndexModel(
            Sorts.ascending(fields), new IndexOptions().name(name).unique(true).sparse(true)));
  }

  /**
   * One by which MongoDB removes documents once the time in {@code field} has passed. Readers
   * compare that time as well: removal comes up to a minute late, and never on the embedded server.
   */
  public Indexes expiry(String name, String field) {
    return with(
        new IndexModel(
            Sorts.ascending(field),
            new IndexOptions().name(name).expireAfter(0L, TimeUnit.SECONDS)));
  }

  String collection() {
    return collection;
  }

  List<IndexModel> models() {
    return models;
  }

  private Indexes with(IndexModel model) {
    var more = new ArrayList<>(models);
    more.add(model);
    return new Indexes(collection, more);
  }
}
