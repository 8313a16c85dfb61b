package io.weir.gateway.usage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets threads that write one thing each, or a few, write together: while one writes a batch, the
 * next batch gathers, and for a bounded time after that. Nobody waits for a batch to fill.
 * Thread-safe.
 */
final class Batches<T> {
  private final int most;
  private final Duration gathering;
  private final Writing<T> writing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition full = lock.newCondition();
  private final List<Waiting<T>> waiting = new ArrayList<>();
  private int items;
  private boolean busy;

  /** Writes a batch; all of it is written when it returns. */
  @FunctionalInterface
  interface Writing<T> {
    void write(List<T> batch) throws InterruptedException;
  }

  private record Waiting<T>(List<T> items, CompletableFuture<Boolean> written) {}

  /**
   * @param most in one batch, unless one thread writes more than that
   * @param gathering how long the first of a batch waits for others
   */
  Batches(int most, Duration gathering, Writing<T> writing) {
    this.most = most;
    this.gathering = gathering;
    this.writing = writing;
  }

  /** As {@link #writeAll}. */
  void write(T item) throws InterruptedException {
    writeAll(List.of(item));
  }

  /**
   * Writes {@code some}, in one batch and with whatever else is there; what the batch throws, each
   * of its writers gets.
   */
  void writeAll(List<T> some) throws InterruptedException {
    var mine = new Waiting<>(some, new CompletableFuture<Boolean>());
    boolean leads;
    lock.lock();
    try {
      waiting.add(mine);
      items += some.size();
      if (items >= most) {
        full.signalAll();
      }
      leads = !busy;
      busy = true;
    } finally {
      lock.unlock();
    }
    if (leads) {
      lead(mine);
    }
    try {
      boolean _ = mine.written.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case null, default -> throw new IllegalStateException("a batch was not written", e);
      }
    }
  }

  /** Writes batches until its own item is written, then another thread leads, if any waits. */
  private void lead(Waiting<T> mine) {
    while (true) {
      gather();
      writeNow(next());
      if (rests()) {
        return;
      }
      if (mine.written.isDone()) {
        Thread.ofVirtual().name("batch").start(() -> lead(mine));
        return;
      }
    }
  }

  private List<Waiting<T>> next() {
    lock.lock();
    try {
      int writers = 0;
      int taken = 0;
      while (writers < waiting.size()
          && (writers == 0 || taken + waiting.get(writers).items().size() <= most)) {
        taken += waiting.get(writers).items().size();
        writers++;
      }
      List<Waiting<T>> first = waiting.subList(0, writers);
      List<Waiting<T>> batch = new ArrayList<>(first);
      first.clear();
      items -= taken;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing waits, so that the next one to come leads. */
  private boolean rests() {
    lock.lock();
    try {
      busy = !waiting.isEmpty();
      return !busy;
    } finally {
      lock.unlock();
    }
  }

  /** Until a batch is full or its time is over. An interrupt is left for the write to heed. */
  @SuppressWarnings("ThreadPriorityCheck") // whether somebody comes changes no outcome
  private void gather() {
    if (gathering.isZero()) {
      Thread.yield(); // those that are about to come do, and where there are none it costs nothing
    } else {
      gatherForATime();
    }
  }

  /** No timed wait for a monitor: see JDK-8373120, virtual threads that stay blocked. */
  private void gatherForATime() {
    lock.lock();
    try {
      long left = gathering.toNanos();
      while (left > 0 && items < most) {
        left = full.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void writeNow(List<Waiting<T>> batch) {
    try {
      writing.write(batch.stream().flatMap(one -> one.items().stream()).toList());
      batch.forEach(one -> one.written.complete(true));
    } catch (InterruptedException e) {
      // The others are not to blame: their messages come again.
      Thread.currentThread().interrupt();
      batch.forEach(one -> one.written.completeExceptionally(interrupted(e)));
    } catch (Throwable e) {
      // An error too: else whoever waits now, or comes later, would wait for good.
      batch.forEach(one -> one.written.completeExceptionally(e));
    }
  }

  private static RuntimeException interrupted(InterruptedException e) {
    return new io.weir.messaging.DependencyUnavailableException(
        "mongodb", "interrupted while a batch was written", e);
  }
}
