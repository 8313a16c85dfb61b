package io.weir.faults.stage;

/**
 * The work queue at one moment.
 *
 * @param stored messages in the stream
 * @param pending those not delivered yet
 * @param ackPending those delivered and not settled
 */
public record Queue(long stored, long pending, long ackPending) {
  public boolean isEmpty() {
    return left() == 0;
  }

  /** What is left, by whichever count is larger: a message may be stored and in neither other. */
  public long left() {
    return Math.max(stored, pending + ackPending);
  }
}
