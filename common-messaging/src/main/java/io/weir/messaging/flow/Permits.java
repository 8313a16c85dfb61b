package io.weir.messaging.flow;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the messages a consumer may have in hand: slots are reserved before a pull, so that always
 * <em>requested and not received + in hand ≤ limit</em>, whatever the server, the network or the
 * handlers do. In hand is what runs and what waits for its key.
 *
 * <p>Pulls and arrivals are guarded by their loop; {@link #released} and the counts may be asked
 * for from any thread, and while something arrives show rather less than more that is free.
 */
public final class Permits {
  private final int limit;
  private final Map<Long, Integer> open = new HashMap<>();
  private final AtomicInteger inHand = new AtomicInteger();
  private final AtomicInteger requested = new AtomicInteger();

  /**
   * @param limit most messages in hand, 1 to 100,000
   */
  public Permits(int limit) {
    if (limit < 1 || limit > 100_000) {
      throw new IllegalArgumentException("permits want 1 to 100000, got " + limit);
    }
    this.limit = limit;
  }

  /**
   * Reserves permits for a pull.
   *
   * @param wanted most to reserve, at least 1
   * @return how many messages to ask for; 0 when none is free
   */
  public int open(long pull, int wanted) {
    int count = Math.min(wanted, free());
    if (count < 1) {
      return 0;
    }
    open.put(pull, count);
    requested.addAndGet(count);
    return count;
  }

  /**
   * A message came for {@code pull}. One that comes for a pull that is void or over is taken when a
   * permit is free.
   *
   * @return whether it is in hand now; if not it must be handed back
   */
  public boolean arrived(long pull) {
    Integer missing = open.get(pull);
    if (missing == null) {
      if (free() < 1) {
        return false;
      }
      inHand.incrementAndGet();
      return true;
    }
    inHand.incrementAndGet();
    requested.decrementAndGet();
    if (missing == 1) {
      open.remove(pull);
    } else {
      open.put(pull, missing - 1);
    }
    return true;
  }

  /** Nothing more comes for {@code pull}: what is missing of it is free again. */
  public void ended(long pull) {
    var _ = unsent(pull, Integer.MAX_VALUE);
  }

  /**
   * The server has stopped sending for {@code pull}: so much of what it asked for is free again.
   *
   * @return whether the rest of it is still on its way
   */
  public boolean unsent(long pull, int count) {
    int missing = open.getOrDefault(pull, 0);
    int coming = missing - Math.min(missing, count);
    requested.addAndGet(coming - missing);
    if (coming > 0) {
      open.put(pull, coming);
    } else {
      open.remove(pull);
    }
    return coming > 0;
  }

  /**
   * A message that was in hand is settled.
   *
   * @return whether all permits were in hand until then
   */
  public boolean released() {
    int before = inHand.getAndDecrement();
    if (before == 0) {
      inHand.incrementAndGet();
      throw new IllegalStateException("more messages released than arrived");
    }
    return before == limit;
  }

  /** Whether {@code pull} still misses messages. */
  public boolean isOpen(long pull) {
    return open.containsKey(pull);
  }

  /** Permits that are neither asked for nor in hand. */
  public int free() {
    return limit - requested.get() - inHand.get();
  }

  public int inHand() {
    return inHand.get();
  }

  public int requested() {
    return requested.get();
  }

  public int limit() {
    return limit;
  }
}
