package io.weir.messaging.flow;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something about what takes longer than it should, where nearly all of many is done in time:
 * each costs an entry in a map and no timer, which would wake a thread. One thread looks through
 * them while there are any. When this process stood still, they have one more tick to be done: an
 * answer that was paid for may be here, and nobody has had the time to read it. Thread-safe.
 *
 * @param <T> told apart by {@code equals}; at one time each is in here once
 */
public final class Overdue<T> {
  private static final Logger log = LoggerFactory.getLogger(Overdue.class);

  private static final Duration SHORTEST_TICK = Duration.ofMillis(5);
  private static final Duration LONGEST_TICK = Duration.ofMillis(100);
  private static final int PART = 20;

  /** A look that comes so much later than it should is one of a process that stood still. */
  private static final int LATE_BY_TICKS = 2;

  private static final Duration LATE_BY = Duration.ofMillis(50);

  private final Map<T, Long> since = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final String name;
  private final Duration after;
  private final Duration tick;
  private final Consumer<T> action;
  private long lastLook;
  private boolean lastWasLate;

  /**
   * Nothing is overdue yet.
   *
   * @param name of the thread
   * @param after how long each may take
   * @param tick between two looks, by which an action comes late at most, or by two after this
   *     process stood still
   * @param action for each that is not removed in time, once; must not block for long; what it
   *     throws is logged
   */
  public Overdue(String name, Duration after, Duration tick, Consumer<T> action) {
    this.name = name;
    this.after = after;
    this.tick = tick;
    this.action = action;
  }

  /** As the constructor; an action comes late by a twentieth of the time, from 5 to 100 ms. */
  public static <T> Overdue<T> after(String name, Duration after, Consumer<T> action) {
    Duration part = after.dividedBy(PART);
    Duration tick =
        part.compareTo(SHORTEST_TICK) < 0
            ? SHORTEST_TICK
            : part.compareTo(LONGEST_TICK) > 0 ? LONGEST_TICK : part;
    return new Overdue<>(name, after, tick, action);
  }

  /** Its time begins. */
  public void add(T item) {
    since.put(item, System.nanoTime());
    if (looking.compareAndSet(false, true)) {
      begin(System.nanoTime());
      Thread.ofVirtual().name(name).start(this::look);
    }
  }

  /**
   * It is done: its action begins no more.
   *
   * @return false when its action has begun, or it was not here
   */
  public boolean remove(T item) {
    return since.remove(item) != null;
  }

  private void look() {
    try {
      do {
        Thread.sleep(tick);
        look(System.nanoTime());
      } while (!rest());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks begin, for those that are added from now on. */
  private synchronized void begin(long now) {
    lastLook = now;
    lastWasLate = false;
  }

  /** Acts on what is overdue at {@code now}, unless this look alone is late. */
  synchronized void look(long now) {
    long late = now - lastLook - tick.toNanos();
    boolean stoodStill =
        !lastWasLate && late > Math.max(LATE_BY_TICKS * tick.toNanos(), LATE_BY.toNanos());
    lastLook = now;
    lastWasLate = stoodStill;
    if (!stoodStill) {
      since.forEach((item, begun) -> check(item, begun, now));
    }
  }

  private void check(T item, Long begun, long now) {
    if (now - begun >= after.toNanos() && since.remove(item, begun)) {
      try {
        action.accept(item);
      } catch (RuntimeException | Error e) {
        // Those that come after it must not be left alone.
        log.atError().addKeyValue("what", name).setCause(e).log("nothing done about what is late");
      }
    }
  }

  /** Whether there is nothing left to look at; an item that comes at this moment is not missed. */
  private boolean rest() {
    if (!since.isEmpty()) {
      return false;
    }
    looking.set(false);
    return since.isEmpty() || !looking.compareAndSet(false, true);
  }
}
