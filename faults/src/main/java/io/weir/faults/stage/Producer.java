package io.weir.faults.stage;

import io.weir.faults.oracle.Kind;
import io.weir.faults.worker.Work;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.flow.RetryPolicy;
import io.weir.messaging.jetstream.Publisher;
import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntUnaryOperator;
import java.util.function.LongFunction;

/**
 * Publishes at a steady rate and notes what was acknowledged. A publish that fails is tried again
 * under the same id until it is acknowledged, as a sender with an outbox does it. Thread-safe.
 */
public final class Producer {
  /** Longer than a cluster of the 2.10 line remembers the id of what a full stream refused. */
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  /** Grows: thousands that try again at once would starve what they wait for. */
  private static final RetryPolicy AGAIN =
      new RetryPolicy(Duration.ofMillis(200), Duration.ofSeconds(1));

  private static final int MOST_UNDER_WAY = 4_000;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Publisher publisher;
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicLong failures = new AtomicLong();
  private final CountDownLatch given = new CountDownLatch(1);
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final ReadWriteLock publishing = new ReentrantReadWriteLock();
  private volatile String lastFailure = "";
  private volatile boolean running;
  private volatile LongFunction<Kind> kinds = n -> Kind.GOOD;
  private volatile IntUnaryOperator sizes = n -> 200;
  private volatile Thread pace = Thread.ofVirtual().unstarted(() -> {});

  Producer(Publisher publisher) {
    this.publisher = publisher;
  }

  /** What the n-th message is. */
  public Producer mixed(LongFunction<Kind> mix) {
    kinds = mix;
    return this;
  }

  /** How many bytes the n-th message has. */
  public Producer sized(IntUnaryOperator bytes) {
    sizes = bytes;
    return this;
  }

  /** Publishes so many a second until {@link #stop}. */
  public void start(int perSecond) {
    running = true;
    pace = Thread.ofVirtual().name("producer").start(() -> paced(perSecond));
  }

  /** Publishes no new ones; waits until all that were begun are acknowledged. */
  public void stop() throws InterruptedException {
    running = false;
    pace.join();
    awaitAcknowledged();
    if (!refused.isEmpty()) {
      throw new AssertionError("the test itself is wrong, its messages are refused: " + refused);
    }
  }

  /** Publishes so many as fast as they are acknowledged. */
  public void publish(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      awaitRoom();
      begin();
    }
    awaitAcknowledged();
  }

  public Set<String> acknowledged() {
    return acknowledged;
  }

  /** Publishes that were not acknowledged and were tried again. */
  public long failures() {
    return failures.get();
  }

  /** What is not acknowledged now never will be. */
  void giveUp() {
    running = false;
    given.countDown();
  }

  /** Does this while nothing is being published: what is on its way is waited for. */
  public <T> T undisturbed(Callable<T> change) throws Exception {
    publishing.writeLock().lockInterruptibly();
    try {
      return change.call();
    } finally {
      publishing.writeLock().unlock();
    }
  }

  private void publish(Outgoing message) throws InterruptedException {
    publishing.readLock().lockInterruptibly();
    try {
      var _ = publisher.publish(message);
    } finally {
      publishing.readLock().unlock();
    }
  }

  private void paced(int perSecond) {
    long begun = System.nanoTime();
    for (long n = 1; running; n++) {
      awaitRoom();
      begin();
      long due = begun + n * SECOND / perSecond;
      long left = due - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(left);
      } else if (left < -SECOND) {
        // Held up by an outage: the rate goes on from here, without a burst.
        begun = System.nanoTime() - n * SECOND / perSecond;
      }
    }
  }

  private void awaitAcknowledged() throws InterruptedException {
    try {
      Await.until("all publishes are acknowledged", PATIENCE, () -> underWay.get() == 0);
    } catch (AssertionError e) {
      throw new AssertionError(
          "%d publishes are not acknowledged; the last failure: %s"
              .formatted(underWay.get(), lastFailure),
          e);
    }
  }

  private void awaitRoom() {
    while (underWay.get() >= MOST_UNDER_WAY && given.getCount() > 0) {
      LockSupport.parkNanos(SECOND / 100);
    }
  }

  private void begin() {
    long n = numbers.incrementAndGet();
    String id = kinds.apply(n).id(n);
    Outgoing message = Work.message(id, sizes.applyAsInt((int) n));
    underWay.incrementAndGet();
    Thread.ofVirtual().name("publish").start(() -> untilAcknowledged(message));
  }

  private void untilAcknowledged(Outgoing message) {
    try {
      int attempt = 0;
      Duration pause;
      do {
        attempt++;
        pause = AGAIN.delay(attempt, null, ThreadLocalRandom.current());
        try {
          publish(message);
          acknowledged.add(message.id());
          return;
        } catch (PublishFailedException e) {
          failures.incrementAndGet();
          lastFailure = String.valueOf(e.getMessage());
        } catch (InvalidMessageException e) {
          refused.add(message.id() + ": " + e.getMessage());
          return;
        }
      } while (!given.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      underWay.decrementAndGet();
    }
  }
}
