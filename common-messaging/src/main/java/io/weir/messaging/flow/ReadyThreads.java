package io.weir.messaging.flow;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs each piece of work at once on a virtual thread, without a bound: whatever one waits for, the
 * next does not wait for it. A thread that is done takes what has come meanwhile before it ends, so
 * that short work shares threads; starting one and waking a processor for it costs more than the
 * work of a quick handler.
 *
 * <p>Work finds its thread uninterrupted and without a logging context. Other thread-local values
 * that it leaves behind are seen by later work. Thread-safe.
 */
public final class ReadyThreads implements Executor {
  private final Logger log = LoggerFactory.getLogger(ReadyThreads.class);
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /** Threads that will look for work before they do anything else. */
  private final AtomicInteger looking = new AtomicInteger();

  private final String name;
  private final Runnable caughtUp;

  /**
   * @param name of its threads
   */
  public ReadyThreads(String name) {
    this(name, () -> {});
  }

  /**
   * @param name of its threads
   * @param caughtUp told by one of them, before it begins with its work, whenever nothing waits any
   *     more; must not block
   */
  public ReadyThreads(String name, Runnable caughtUp) {
    this.name = name;
    this.caughtUp = caughtUp;
  }

  /** Whether work waits for a thread; one takes it at once, or as soon as a processor is free. */
  public boolean isBehind() {
    return !waiting.isEmpty();
  }

  /** Runs {@code work} on another thread. Does not wait, and is never refused. */
  @Override
  public void execute(Runnable work) {
    waiting.add(work);
    lookForIt();
  }

  private void lookForIt() {
    if (looking.get() == 0 && looking.compareAndSet(0, 1)) {
      try {
        Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(this::run);
      } catch (RuntimeException | Error e) {
        // The next work tries again.
        looking.decrementAndGet();
        throw e;
      }
    }
  }

  private void run() {
    while (true) {
      Runnable work = waiting.poll();
      // Work that came after that look, or waits beyond this one, has to find somebody who looks.
      boolean nobodyLooks = looking.decrementAndGet() == 0;
      if (waiting.isEmpty()) {
        guarded(caughtUp);
      } else if (nobodyLooks) {
        guarded(this::lookForIt);
      }
      if (work == null) {
        return;
      }
      guarded(work);
      MDC.clear();
      var _ = Thread.interrupted();
      looking.incrementAndGet();
    }
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      log.atError().setCause(e).log("work ended by an error that it should have handled");
    }
  }
}
