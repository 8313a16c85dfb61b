package io.weir.benchmarks.measure;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What a handler does with a message. */
public enum Handling {
  NO_OP("no-op") {
    @Override
    public void run() {}
  },
  /** Waits as for a quick query of a database. */
  ONE_MILLISECOND("1ms") {
    @Override
    public void run() {
      LockSupport.parkNanos(MILLISECOND);
    }
  };

  private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

  private final String label;

  Handling(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  public abstract void run();
}
