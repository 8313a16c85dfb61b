package io.weir.gateway.usage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Lets threads that write one thing each write together: while one writes a batch, the next batch
 * gathers, and for a bounded time after that. Nobody waits for a batch to fill. Thread-safe.
 */
final class Batches<T> {
  private final int most;
  private final Duration gathering;
  private final Writing<T> writing;
  private final List<Waiting<T>> waiting = new ArrayList<>();
  private boolean busy;

  /** Writes a batch; all of it is written when it returns. */
  @FunctionalInterface
  interface Writing<T> {
    void write(List<T> batch) throws InterruptedException;
  }

  private record Waiting<T>(T item, CompletableFuture<Boolean> written) {}

  /**
   * @param most in one batch
   * @param gathering how long the first of a batch waits for others
   */
  Batches(int most, Duration gathering, Writing<T> writing) {
    this.most = most;
    this.gathering = gathering;
    this.writing = writing;
  }

  /**
   * Writes {@code item} with whatever else is there; what the batch throws, each of its writers
   * gets.
   */
  void write(T item) throws InterruptedException {
    var mine = new Waiting<>(item, new CompletableFuture<Boolean>());
    boolean leads;
    synchronized (this) {
      waiting.add(mine);
      if (waiting.size() == most) {
        notifyAll();
      }
      leads = !busy;
      busy = true;
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
      List<Waiting<T>> batch;
      synchronized (this) {
        List<Waiting<T>> first = waiting.subList(0, Math.min(most, waiting.size()));
        batch = new ArrayList<>(first);
        first.clear();
      }
      write(batch);
      synchronized (this) {
        if (waiting.isEmpty()) {
          busy = false;
          return;
        }
      }
      if (mine.written.isDone()) {
        Thread.ofVirtual().name("batch").start(() -> lead(mine));
        return;
      }
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

  private synchronized void gatherForATime() {
    long end = System.nanoTime() + gathering.toNanos();
    try {
      for (long left = gathering.toNanos();
          left > 0 && waiting.size() < most;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<Waiting<T>> batch) {
    try {
      writing.write(batch.stream().map(Waiting::item).toList());
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
