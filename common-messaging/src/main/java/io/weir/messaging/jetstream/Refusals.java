package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import java.util.Set;

/** What refusals of JetStream's API mean (server/errors.json). */
final class Refusals {
  private static final int TIME_OUT = 408;
  private static final int UNAVAILABLE = 503;

  /** A stream or bucket takes no more (server/errors.json). */
  private static final int FULL = 10077;

  private static final int NO_MESSAGE = 10037;

  /** Peer or leader of a cluster not there yet, stream or account still being set up. */
  private static final Set<Integer> NOT_YET = Set.of(10003, 10007, 10008, 10009);

  /** JetStream is not enabled for the account: nothing that waiting changes. */
  private static final int NOT_ENABLED_FOR_ACCOUNT = 10039;

  private Refusals() {}

  /** Whether the stream holds no such message. */
  static boolean isNoMessage(JetStreamApiException refusal) {
    return refusal.getApiErrorCode() == NO_MESSAGE;
  }

  /** Whether room has to be made first; its code 503 would say that waiting is enough. */
  static boolean isFull(JetStreamApiException refusal) {
    return refusal.getApiErrorCode() == FULL;
  }

  /**
   * Whether the same request may succeed later. Code 500 alone says nothing: the server uses it for
   * most refusals of a configuration (server/errors.json).
   */
  static boolean isTransient(JetStreamApiException refusal) {
    if (refusal.getApiErrorCode() == NOT_ENABLED_FOR_ACCOUNT) {
      return false;
    }
    return refusal.getErrorCode() == TIME_OUT
        || refusal.getErrorCode() == UNAVAILABLE
        || NOT_YET.contains(refusal.getApiErrorCode());
  }
}
