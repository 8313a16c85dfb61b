package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.api.StreamState;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.deadletter.ReplayIntent;
import java.io.IOException;

/** Finds out whether a replay that was broken off had published its message. Thread-safe. */
final class BrokenReplay {
  /** What the target's stream shows. */
  sealed interface Finding {
    /** It did, and there it is. */
    record Published(long sequence) implements Finding {}

    /** It did not. */
    record NotPublished() implements Finding {}

    /** It can't be told: messages that were stored since then have been consumed. */
    record Unknown() implements Finding {}
  }

  /** Messages looked at before it counts as not to be told. */
  private static final int MOST_LOOKED_AT = 10_000;

  private static final int NOT_FOUND = 404;

  private final Broker broker;

  BrokenReplay(Broker broker) {
    this.broker = broker;
  }

  Finding look(DeadLetterHead letter, ReplayIntent intent) {
    try {
      StreamState state =
          broker
              .management()
              .getStreamInfo(intent.stream(), StreamInfoOptions.deletedDetails())
              .getStreamState();
      if (state.getLastSequence() == intent.lastSequence()) {
        return new Finding.NotPublished();
      }
      long from = intent.lastSequence() + 1;
      long found = find(letter, intent.stream(), from);
      if (found > 0) {
        return new Finding.Published(found);
      }
      boolean complete =
          found == 0
              && state.getLastSequence() >= from
              && state.getFirstSequence() <= from
              && state.getDeleted().stream().noneMatch(gone -> gone >= from);
      return complete ? new Finding.NotPublished() : new Finding.Unknown();
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND) {
        // The stream is gone, and with it what was stored there.
        return new Finding.Unknown();
      }
      throw LetterStore.unavailable(e);
    } catch (IOException e) {
      throw LetterStore.unavailable(e);
    }
  }

  /** Its sequence; 0 when it is not there, -1 when there are too many to look at. */
  private long find(DeadLetterHead letter, String stream, long from)
      throws IOException, JetStreamApiException {
    long next = from;
    for (int looked = 0; looked < MOST_LOOKED_AT; looked++) {
      MessageInfo message;
      try {
        message = broker.management().getNextMessage(stream, next, letter.subject());
      } catch (JetStreamApiException e) {
        if (e.getErrorCode() == NOT_FOUND || Refusals.isNoMessage(e)) {
          return 0;
        }
        throw e;
      }
      if (letter
          .replayId()
          .equals(MessageHeaders.read(message.getHeaders()).get(MessageHeaders.MESSAGE_ID))) {
        return message.getSeq();
      }
      next = message.getSeq() + 1;
    }
    return -1;
  }
}
