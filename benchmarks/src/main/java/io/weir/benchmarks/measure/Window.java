package io.weir.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at running work through a window of time: from its start it waits until the work is in its
 * stride, then counts.
 *
 * @param ramp from the first message to the start of the measurement
 * @param length of the measurement; shorter when the work runs out before
 */
public record Window(Duration ramp, Duration length) {
  private static final Duration FIRST_MESSAGE = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(2);
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private record Reading(long nanos, long done, long cpuNanos, long bytes) {
    static Reading of(Running running) {
      return new Reading(
          System.nanoTime(),
          running.done(),
          PROCESS.getProcessCpuTime(),
          THREADS.getTotalThreadAllocatedBytes());
    }
  }

  /**
   * Measures.
   *
   * @param most messages that there are
   * @throws IllegalStateException when no message is done in time
   */
  public Sample measure(Running running, long most) {
    // So that something is left to measure when the work is short.
    long rampMessages = most / 5;
    until(running, 1, System.nanoTime() + FIRST_MESSAGE.toNanos());
    if (running.done() == 0) {
      throw new IllegalStateException("no message was done within " + FIRST_MESSAGE);
    }
    until(running, rampMessages, System.nanoTime() + ramp.toNanos());
    Reading from = Reading.of(running);
    until(running, most, System.nanoTime() + length.toNanos());
    // On a machine that does something else a short window may go by without a message.
    until(running, from.done + 1, System.nanoTime() + FIRST_MESSAGE.toNanos());
    Reading to = Reading.of(running);
    long messages = to.done - from.done;
    if (messages < 1) {
      throw new IllegalStateException("no further message was done within " + FIRST_MESSAGE);
    }
    long nanos = to.nanos - from.nanos;
    return new Sample(
        messages * 1e9 / nanos,
        (to.cpuNanos - from.cpuNanos) / 1e3 / messages,
        (double) (to.bytes - from.bytes) / messages,
        Duration.ofNanos(nanos).toMillis());
  }

  private static void until(Running running, long messages, long deadline) {
    while (running.done() < messages && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }
}
