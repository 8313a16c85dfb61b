package io.weir.platform.work;

import com.mongodb.reactivestreams.client.MongoCollection;
import io.weir.messaging.Outgoing;
import io.weir.platform.mongo.Documents;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.bson.Document;
import org.reactivestreams.Publisher;

/**
 * A process that is killed before or after one of its calls to the store and the broker, and does
 * nothing after that. For one thread.
 */
final class Fuse {
  private final int killedAt;
  private int point;

  /** The process dies here. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  /**
   * @param killedAt the point: 0 is before the first call, 1 after it, 2 before the second
   */
  Fuse(int killedAt) {
    this.killedAt = killedAt;
  }

  /** Never killed. */
  static Fuse none() {
    return new Fuse(Integer.MAX_VALUE);
  }

  Documents on(Documents real) {
    return new Documents() {
      @Override
      public MongoCollection<Document> collection(String name) {
        return real.collection(name);
      }

      @Override
      public <T> Optional<T> first(Publisher<T> publisher) throws InterruptedException {
        pass();
        Optional<T> found = real.first(publisher);
        pass();
        return found;
      }

      @Override
      public <T> List<T> all(Publisher<T> publisher) throws InterruptedException {
        pass();
        List<T> found = real.all(publisher);
        pass();
        return found;
      }
    };
  }

  ToLongFunction<Outgoing> on(ToLongFunction<Outgoing> broker) {
    return message -> {
      pass();
      long sequence = broker.applyAsLong(message);
      pass();
      return sequence;
    };
  }

  /** Whether {@code work} came to its end. */
  boolean survived(Callable<?> work) throws Exception {
    try {
      var _ = work.call();
      return true;
    } catch (Killed e) {
      return false;
    }
  }

  private void pass() {
    // The dead stay dead: what tidies up after the failure does not run either.
    if (point++ >= killedAt) {
      throw new Killed();
    }
  }
}
