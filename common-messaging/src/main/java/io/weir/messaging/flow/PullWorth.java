package io.weir.messaging.flow;

/**
 * Whether enough permits are free for another pull. Small pulls cost more than they bring; waiting
 * for all to be free leaves them idle. May be asked from any thread.
 */
final class PullWorth {
  private final Permits permits;
  private final int leastPull;
  private final int leastAlone;

  PullWorth(Permits permits, int lanes) {
    this.permits = permits;
    this.leastPull = Math.max(1, permits.limit() / (2 * lanes));
    this.leastAlone = Math.max(1, permits.limit() / (32 * lanes));
  }

  /**
   * Half of them, or any when nothing is asked for. So a slow handler's permit is not left idle,
   * and while a pull is under way others gather for the next.
   */
  boolean now() {
    int free = permits.free();
    return free >= leastPull || (free > 0 && permits.requested() == 0);
  }

  /**
   * As {@link #now} for the moment that a message comes or is settled, which is seldom the last:
   * with nothing asked for it takes a few free permits, and none while those in hand have not all
   * begun. Somebody has to ask {@link #now} now and then.
   *
   * @param behind whether messages in hand wait for a thread yet
   */
  boolean atOnce(boolean behind) {
    int free = permits.free();
    return free >= leastPull || (!behind && free >= leastAlone && permits.requested() == 0);
  }
}
