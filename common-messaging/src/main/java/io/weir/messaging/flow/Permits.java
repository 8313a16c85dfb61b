package io.weir.messaging.flow;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts the messages a consumer may have in hand: slots are reserved before a pull, so that always
 * <em>requested and not received + running ≤ limit</em>, whatever the server, the network or the
 * handlers do. Thread-safe.
 */
public final class Permits {
  private final int limit;
  private final int leastPull;
  private final Map<Long, Integer> open = new HashMap<>();
  private int requested;
  private int running;

  /**
   * @param limit most messages in hand, 1 to 100,000
   */
  public Permits(int limit) {
    if (limit < 1 || limit > 100_000) {
      throw new IllegalArgumentException("permits want 1 to 100000, got " + limit);
    }
    this.limit = limit;
    // Asking for one at a time costs a round trip each; waiting for all to be free leaves them
    // idle.
    this.leastPull = Math.max(1, limit / 4);
  }

  /**
   * Reserves the free permits for a pull.
   *
   * @return how many messages to ask for; 0 when too few are free to be worth a pull
   */
  public synchronized int open(long pull) {
    int free = limit - requested - running;
    if (free < leastPull) {
      return 0;
    }
    open.put(pull, free);
    requested += free;
    return free;
  }

  /**
   * A message came for {@code pull}. One that comes for a pull that is void or over is taken when a
   * permit is free.
   *
   * @return whether it is in hand now; if not it must be handed back
   */
  public synchronized boolean arrived(long pull) {
    Integer missing = open.get(pull);
    if (missing == null) {
      if (limit - requested - running < 1) {
        return false;
      }
    } else {
      requested--;
      if (missing == 1) {
        open.remove(pull);
      } else {
        open.put(pull, missing - 1);
      }
    }
    running++;
    return true;
  }

  /** The server will send no more for {@code pull}: what is missing of it is free again. */
  public synchronized void ended(long pull) {
    Integer missing = open.remove(pull);
    if (missing != null) {
      requested -= missing;
    }
  }

  /** A message that was in hand is settled. */
  public synchronized void released() {
    if (running == 0) {
      throw new IllegalStateException("more messages released than arrived");
    }
    running--;
  }

  /** Whether {@code pull} still misses messages. */
  public synchronized boolean isOpen(long pull) {
    return open.containsKey(pull);
  }

  /** Whether a pull could be opened now. */
  public synchronized boolean worthAPull() {
    return limit - requested - running >= leastPull;
  }

  public synchronized int running() {
    return running;
  }

  public synchronized int requested() {
    return requested;
  }

  public int limit() {
    return limit;
  }
}
