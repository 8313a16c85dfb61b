package io.weir.messaging.jetstream;

import io.nats.client.support.Status;
import io.weir.messaging.flow.PullState.Answer;

/** What the server's status messages say of a pull. */
final class PullStatus {
  private PullStatus() {}

  /**
   * 409 tells of several things: an end that is normal, and a consumer that is gone or has moved.
   */
  static Answer of(Status status) {
    return switch (status.getCode()) {
      case Status.FLOW_OR_HEARTBEAT_STATUS_CODE -> Answer.HEARTBEAT;
      case Status.NOT_FOUND_CODE, Status.REQUEST_TIMEOUT_CODE -> Answer.NOTHING_MORE;
      case Status.CONFLICT_CODE -> ofConflict(status.getMessage());
      default -> Answer.REFUSED;
    };
  }

  private static Answer ofConflict(String reason) {
    if (reason.contains("Consumer Deleted")) {
      return Answer.CONSUMER_GONE;
    }
    if (reason.contains("Message Size Exceeds")) {
      return Answer.TOO_LARGE;
    }
    return reason.contains("Exceeded") || reason.contains("push based")
        ? Answer.REFUSED
        : Answer.OVER;
  }
}
