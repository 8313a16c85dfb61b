package io.weir.platform.work;

/** What is known of a request that came with an idempotency key. */
public sealed interface Idempotency {
  /** It is this caller's to do, for the first time or because an earlier try was cut off. */
  record New(Ticket ticket) implements Idempotency {}

  /** It was done. */
  record Stored(String workId, IdempotentAnswer answer) implements Idempotency {}

  /** Somebody is at it. */
  record Running() implements Idempotency {}

  /** The key was used with another body. */
  record OtherRequest() implements Idempotency {}

  /**
   * The right to do a request.
   *
   * @param id of its record
   * @param workId names what the request makes; the same for each try, so that a second one finds
   *     what the first has made
   * @param epoch 1 for the first try; counts up with each takeover
   */
  record Ticket(String id, String workId, long epoch) {
    /** Whether an earlier try may have made the work already. */
    public boolean again() {
      return epoch > 1;
    }
  }
}
