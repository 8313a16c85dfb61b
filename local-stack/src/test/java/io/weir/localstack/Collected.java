package io.weir.localstack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Waits for all that a publisher of the MongoDB driver says. */
final class Collected<T> implements Subscriber<T> {

  private final List<T> items = new ArrayList<>();
  private final CompletableFuture<List<T>> done = new CompletableFuture<>();

  private Collected() {}

  static <T> List<T> from(Publisher<T> publisher, Duration within) {
    Collected<T> collected = new Collected<>();
    publisher.subscribe(collected);
    try {
      return collected.done.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(T item) {
    items.add(item);
  }

  @Override
  public void onError(Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    done.complete(items);
  }
}
