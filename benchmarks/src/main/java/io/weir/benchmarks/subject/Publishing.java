package io.weir.benchmarks.subject;

import io.weir.benchmarks.measure.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Threads that publish one message after another until they are told to stop. */
final class Publishing implements Running {
  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  /** Publishes a message and waits until it is stored. */
  interface Publish {
    Object of(long number) throws Exception;
  }

  /** Publishes message after message until its thread is interrupted. */
  interface Loop {
    void run(LongAdder done) throws Exception;
  }

  private final LongAdder done = new LongAdder();
  private final List<Thread> threads = new ArrayList<>();
  private final AutoCloseable end;
  private final boolean waitsForRoom;
  private volatile boolean stopping;

  /** As many virtual threads as {@code callers}, each awaiting each of its messages. */
  Publishing(int callers, Publish publish, AutoCloseable end) {
    this.end = end;
    this.waitsForRoom = false;
    var numbers = new AtomicLong();
    for (int i = 0; i < callers; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  while (!stopping) {
                    var _ = publish.of(numbers.incrementAndGet());
                    done.increment();
                  }
                } catch (Exception e) {
                  failed(e);
                }
              }));
    }
  }

  /** One thread that does not wait. */
  Publishing(Loop loop, AutoCloseable end) {
    this.end = end;
    this.waitsForRoom = true;
    threads.add(
        Thread.ofPlatform()
            .name("publishing")
            .start(
                () -> {
                  try {
                    loop.run(done);
                  } catch (Exception e) {
                    failed(e);
                  }
                }));
  }

  @Override
  public long done() {
    return done.sum();
  }

  @Override
  public void close() throws Exception {
    stopping = true;
    if (waitsForRoom) {
      threads.forEach(Thread::interrupt);
    }
    for (Thread thread : threads) {
      if (!thread.join(LONGEST_END)) {
        throw new IllegalStateException("a publisher did not end within " + LONGEST_END);
      }
    }
    end.close();
  }

  private void failed(Exception e) {
    if (!stopping) {
      throw new IllegalStateException("publishing failed", e);
    }
  }
}
