package io.weir.messaging;

/**
 * The right to work on a delivery. It is renewed while the work goes on; when no renewal could be
 * sent for a whole ack-wait (the connection was away, the process stood still) it is lost: the
 * server gives the message to somebody else. From then on only work that is committed is settled;
 * failures, dead letters and hand-backs of this attempt are dropped, since they are no longer its
 * to decide. Thread-safe.
 */
@FunctionalInterface
public interface Lease {
  /**
   * Whether the work is still this delivery's. A handler may ask before a step that costs much or
   * can't be undone; the guard of the store remains necessary, since the lease may be lost the
   * moment after.
   */
  boolean isHeld();
}
