package io.weir.gateway.routing;

/**
 * Bounds how many of the calls may be second tries: when everything fails, trying everything again
 * would double the load on what is failing. Each request earns a share of a retry. Thread-safe.
 */
public final class RetryBudget {
  private final double share;
  private final double most;
  private double left;

  /**
   * A budget that begins with all that it may save.
   *
   * @param share of a retry that each request earns, from 0 to 1
   * @param most retries that can be saved, at least 1
   */
  public RetryBudget(double share, int most) {
    this.share = share;
    this.most = most;
    this.left = most;
  }

  /** A request came. */
  public synchronized void earn() {
    left = Math.min(most, left + share);
  }

  /** Whether one more try may be made; it is spent then. */
  public synchronized boolean spend() {
    if (left < 1) {
      return false;
    }
    left -= 1;
    return true;
  }
}
