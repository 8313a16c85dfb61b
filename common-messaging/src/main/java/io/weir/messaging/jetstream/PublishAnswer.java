package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.weir.messaging.InvalidMessageException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What JetStream's answer to a publish means. Pure. */
sealed interface PublishAnswer {
  /**
   * It is in the stream.
   *
   * @param sequence at least 1
   * @param before an earlier copy of it, under the same id
   */
  record Stored(long sequence, boolean before) implements PublishAnswer {}

  /**
   * Its id is known and nothing is stored under it. Either an earlier copy is still on its way
   * through the cluster and gets its sequence soon, or that copy was refused or lost with a leader
   * and the server remembers the id for the whole duplicate window all the same.
   */
  record NothingStoredYet(String reason, @Nullable Exception cause) implements PublishAnswer {}

  /** Not now; the same message may be taken later. */
  record RefusedForNow(String reason, Exception cause) implements PublishAnswer {}

  /** Not this one, however often it comes. */
  record TooLarge(Exception cause) implements PublishAnswer {}

  /** Refused, and no retry changes that; or no answer of JetStream's at all. */
  record RefusedForGood(String reason, Exception cause) implements PublishAnswer {}

  int MESSAGE_TOO_LARGE = 10054;

  /** How servers from 2.11 on say that nothing is stored yet. */
  int ID_IN_PROCESS = 10158;

  String STILL_KNOWN =
      "JetStream knows the message id and has stored nothing under it: an earlier copy is under way,"
          + " or was refused and its id is not forgotten before the stream's duplicate window is over";

  static PublishAnswer of(Message answer) {
    Stored stored = PlainAck.read(answer.getData());
    if (stored != null) {
      return stored;
    }
    try {
      var ack = new PublishAck(answer);
      // Servers of the 2.10 line answer so instead of with an error.
      return ack.getSeqno() > 0
          ? new Stored(ack.getSeqno(), ack.isDuplicate())
          : new NothingStoredYet(STILL_KNOWN, null);
    } catch (JetStreamApiException e) {
      String reason = e.getErrorDescription();
      return switch (e.getApiErrorCode()) {
        case MESSAGE_TOO_LARGE -> new TooLarge(e);
        case ID_IN_PROCESS -> new NothingStoredYet(STILL_KNOWN, e);
        default ->
            Refusals.isTransient(e) ? new RefusedForNow(reason, e) : new RefusedForGood(reason, e);
      };
    } catch (IOException | RuntimeException e) {
      return new RefusedForGood("an answer that is none of JetStream's: " + e.getMessage(), e);
    }
  }

  /** What a caller is told of a message that its stream finds too large. */
  static InvalidMessageException tooLarge(PendingPublish message, Exception cause) {
    return new InvalidMessageException(
        "%s: a message of %d bytes is larger than its stream takes"
            .formatted(message.subject, message.payload.length),
        cause);
  }
}
