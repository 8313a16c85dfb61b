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

  /** The same attempt when more is known of its message. */
  Attempt with(FailureCounts.Failures more) {
    return new Attempt(lease, delivery, more, headers, keepsOrder, bereaved);
  }

  /** The same attempt with a handler that can be told. */
  Attempt telling(Bereaved whom) {
    return new Attempt(lease, delivery, failures, headers, keepsOrder, whom);
  }

  Message message() {
    return lease.message();
  }

  AckReply origin() {
    return lease.origin();
  }
}
