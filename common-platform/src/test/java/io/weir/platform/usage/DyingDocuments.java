package io.weir.platform.usage;

import com.mongodb.reactivestreams.client.MongoCollection;
import io.weir.platform.mongo.Documents;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bson.Document;
import org.reactivestreams.Publisher;

/**
 * A store's calls in a process that may be killed before or after any of them, as often as a seed
 * says. For one thread.
 */
final class DyingDocuments implements Documents {
  private final Documents real;
  private final Random random;
  private final double deaths;

  /**
   * @param deaths probability of dying at each of the two points of a call
   */
  DyingDocuments(Documents real, Random random, double deaths) {
    this.real = real;
    this.random = random;
    this.deaths = deaths;
  }

  @Override
  public MongoCollection<Document> collection(String name) {
    return real.collection(name);
  }

  @Override
  public <T> Optional<T> first(Publisher<T> publisher) throws InterruptedException {
    mayDie();
    Optional<T> found = real.first(publisher);
    mayDie();
    return found;
  }

  @Override
  public <T> List<T> all(Publisher<T> publisher) throws InterruptedException {
    mayDie();
    List<T> found = real.all(publisher);
    mayDie();
    return found;
  }

  private void mayDie() {
    if (random.nextDouble() < deaths) {
      throw new Crash();
    }
  }
}
