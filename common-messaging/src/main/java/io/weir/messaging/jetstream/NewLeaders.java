package io.weir.messaging.jetstream;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Acts when streams have got a leader: soon, and once more, since a leader tells of itself a moment
 * before it listens; and no oftener than that, though many streams elect at the same time.
 * Thread-safe.
 */
final class NewLeaders {
  /** Where the server tells every client that a stream has a leader again. */
  static final String TOLD_ON = "$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.>";

  /** How long a leader that has told of itself may need until it listens. */
  static final Duration SETTLING = Duration.ofMillis(150);

  private static final Duration ELECTIONS = Duration.ofMillis(600);

  private final ScheduledExecutorService scheduler;
  private final Runnable action;
  private final AtomicBoolean planned = new AtomicBoolean();
  private volatile long last;

  NewLeaders(ScheduledExecutorService scheduler, Runnable action) {
    this.scheduler = scheduler;
    this.action = action;
  }

  /** A stream has a leader again. */
  void elected() {
    last = System.nanoTime();
    if (planned.compareAndSet(false, true)) {
      after(SETTLING, action);
      after(ELECTIONS, this::again);
    }
  }

  private void again() {
    try {
      action.run();
    } finally {
      if (System.nanoTime() - last < ELECTIONS.minus(SETTLING).toNanos()) {
        after(ELECTIONS, this::again);
      } else {
        planned.set(false);
      }
    }
  }

  private void after(Duration delay, Runnable work) {
    var _ = scheduler.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
  }
}
