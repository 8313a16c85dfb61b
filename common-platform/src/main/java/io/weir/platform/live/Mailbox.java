package io.weir.platform.live;

import io.weir.messaging.Tailed;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What one watcher has not looked at yet, in order and bounded. Of things that have a newer state
 * the older ones may be dropped, so that a slow watcher sees the latest of each; when there is no
 * room even so, the watcher is told and gets nothing more, instead of something with a hole in it.
 * Whoever puts something in never waits. Thread-safe; one thread takes.
 */
public final class Mailbox<T> {
  private final int bound;
  private final Function<Tailed<T>, Object> thing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Object, Tailed<T>> waiting = new LinkedHashMap<>();
  private volatile Predicate<T> wanted;
  private boolean woken;
  private boolean resumed;
  private boolean lost;
  private boolean overflowed;
  private boolean ended;

  private Mailbox(int bound, Function<Tailed<T>, Object> thing, Predicate<T> wanted) {
    this.bound = bound;
    this.thing = thing;
    this.wanted = wanted;
  }

  /** Keeps everything that is wanted, up to {@code bound} messages. */
  public static <T> Mailbox<T> ofAll(int bound, Predicate<T> wanted) {
    return new Mailbox<>(bound, Tailed::sequence, wanted);
  }

  /**
   * Keeps the latest of each thing, up to {@code bound} things.
   *
   * @param thing names the thing that a message tells of
   */
  public static <T> Mailbox<T> ofLatest(int bound, Function<T, String> thing, Predicate<T> wanted) {
    return new Mailbox<>(bound, message -> thing.apply(message.payload()), wanted);
  }

  /** What is wanted from now on; what waits already stays. */
  public void want(Predicate<T> other) {
    wanted = other;
  }

  /**
   * The next, waiting for it if need be.
   *
   * @param longest how long; at least 0
   */
  public Next<T> take(Duration longest) throws InterruptedException {
    long left = longest.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        if (ended) {
          return new Next.Ended<>();
        }
        if (woken) {
          woken = false;
          return new Next.Woken<>();
        }
        if (resumed) {
          var next = new Next.Resumed<T>(lost);
          resumed = false;
          lost = false;
          return next;
        }
        Iterator<Tailed<T>> oldest = waiting.values().iterator();
        if (oldest.hasNext()) {
          Tailed<T> message = oldest.next();
          oldest.remove();
          return new Next.Message<>(message);
        }
        if (overflowed) {
          return new Next.Overflowed<>();
        }
        if (left <= 0) {
          return new Next.Nothing<>();
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes {@link #take} return, for something that is not in here. */
  public void wake() {
    change(() -> woken = true);
  }

  /** Nothing more comes; what waits is not handed out any more. */
  public void end() {
    change(() -> ended = true);
  }

  void put(Tailed<T> message) {
    if (!wanted.test(message.payload())) {
      return;
    }
    change(
        () -> {
          if (overflowed) {
            return;
          }
          Object key = thing.apply(message);
          if (waiting.remove(key) == null && waiting.size() >= bound) {
            overflowed = true;
          } else {
            waiting.put(key, message);
          }
        });
  }

  void resumed(boolean something) {
    change(
        () -> {
          resumed = true;
          lost |= something;
        });
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
