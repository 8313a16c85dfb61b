package io.weir.messaging.jetstream;

import io.nats.client.Message;
import java.util.Map;

/**
 * A delivery on its way to be settled.
 *
 * @param delivery the number of this delivery
 * @param failures what was known of the message before this attempt
 * @param keepsOrder whether a failure is retried here, so that later messages of its key stay
 *     behind it
 */
record Attempt(
    HeldLease lease,
    int delivery,
    FailureCounts.Failures failures,
    Map<String, String> headers,
    boolean keepsOrder,
    Bereaved bereaved) {
  /** Tells the handler that its message is safe in the dead letters. */
  interface Bereaved {
    void deadLettered(String reason) throws Exception;
  }

  Message message() {
    return lease.message();
  }

  AckReply origin() {
    return lease.origin();
  }
}
