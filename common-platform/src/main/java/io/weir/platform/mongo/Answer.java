package io.weir.platform.mongo;

import io.weir.messaging.DependencyUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Waits for what one publisher gives. For one use by one waiting thread. */
final class Answer<T> implements Subscriber<T> {
  private final List<T> items = new ArrayList<>();
  private final CompletableFuture<List<T>> all = new CompletableFuture<>();
  private final boolean onlyFirst;
  private volatile @Nullable Subscription subscription;

  private Answer(boolean onlyFirst) {
    this.onlyFirst = onlyFirst;
  }

  static <T> List<T> await(Publisher<T> publisher, boolean onlyFirst, Duration timeout)
      throws InterruptedException {
    var answer = new Answer<T>(onlyFirst);
    try {
      publisher.subscribe(answer);
      return answer.all.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw MongoFailures.sorted(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      answer.cancel();
      throw new DependencyUnavailableException(
          MongoFailures.DEPENDENCY, "no answer within " + timeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      answer.cancel();
      throw e;
    } catch (RuntimeException e) {
      throw MongoFailures.sorted(e);
    }
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(T item) {
    items.add(item);
    if (onlyFirst) {
      all.complete(items);
      cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    all.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    all.complete(items);
  }

  private void cancel() {
    Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
  }
}
