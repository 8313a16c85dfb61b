package io.weir.messaging.jetstream;

import io.nats.client.impl.Headers;
import io.nats.client.support.Status;
import io.weir.messaging.flow.PullState.Answer;
import org.jspecify.annotations.Nullable;

/** What the server's status messages say of a pull. */
final class PullStatus {
  private static final String FULL = "Batch Completed";
  private static final String UNSENT = "Nats-Pending-Messages";

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

  /** Whether all that a pull asked for was sent; newer servers say so, after the last message. */
  static boolean isFull(Status status) {
    return status.getCode() == Status.CONFLICT_CODE && status.getMessage().contains(FULL);
  }

  private static Answer ofConflict(String reason) {
    if (reason.contains("Consumer Deleted")) {
      return Answer.CONSUMER_GONE;
    }
    if (reason.contains("Message Size Exceeds")) {
      return Answer.TOO_LARGE;
    }
    if (reason.contains(FULL)) {
      return Answer.NOTHING_MORE;
    }
    return reason.contains("Exceeded") || reason.contains("push based")
        ? Answer.REFUSED
        : Answer.OVER;
  }

  /**
   * How much of what a pull asked for won't be sent now that it is over: all, unless the server
   * says less. It also says so when the leader changes, but what a leader has not sent by then the
   * next one sends for another pull.
   */
  static int unsent(Answer answer, @Nullable Headers headers) {
    String said = headers == null ? null : headers.getFirst(UNSENT);
    if (said == null || (answer != Answer.NOTHING_MORE && answer != Answer.TOO_LARGE)) {
      return Integer.MAX_VALUE;
    }
    try {
      return Integer.parseUnsignedInt(said);
    } catch (NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }
}
