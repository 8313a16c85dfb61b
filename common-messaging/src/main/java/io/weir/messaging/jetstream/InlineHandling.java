package io.weir.messaging.jetstream;

import io.weir.messaging.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles first deliveries on the client's thread, which must not wait: settles what needs no more
 * than an acknowledgement, and leaves the rest. Thread-safe.
 */
final class InlineHandling<T> {
  /**
   * What became of a message.
   *
   * @param unsettled what is to be settled yet, on a thread that may wait; null when all is done
   */
  record Result(String became, @Nullable Outcome unsettled) {
    private static final Result DONE = new Result("done", null);
    private static final Result SKIPPED = new Result("skipped", null);
  }

  private final Logger log = LoggerFactory.getLogger(InlineHandling.class);
  private final Deliveries<T> deliveries;
  private final HandlerCall<T> handler;
  private final ConsumerMeters meters;
  private final OwnSettlements settledHere;
  private final Clock clock;

  /**
   * @param settledHere told of each message that does not come again
   */
  InlineHandling(
      Deliveries<T> deliveries,
      HandlerCall<T> handler,
      ConsumerMeters meters,
      OwnSettlements settledHere,
      Clock clock) {
    this.deliveries = deliveries;
    this.handler = handler;
    this.meters = meters;
    this.settledHere = settledHere;
    this.clock = clock;
  }

  Result handle(HeldLease lease, Map<String, String> headers) throws InterruptedException {
    long begun = System.nanoTime();
    Instant now = clock.instant();
    Outcome outcome = handler.of(deliveries.of(lease, headers, 0, now));
    if (isSettledByAck(outcome) && acknowledged(lease)) {
      // The pull that the room allows goes out with the acknowledgement, in one write.
      lease.makeRoom();
      settledHere.add(lease.origin());
      Result settled = outcome instanceof Outcome.Skip ? Result.SKIPPED : Result.DONE;
      count(lease.origin(), settled.became(), now, begun);
      return settled;
    }
    return new Result("handed_on", outcome);
  }

  private boolean acknowledged(HeldLease lease) {
    try {
      lease.message().ack();
      return true;
    } catch (IllegalStateException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("not acknowledged at once");
      return false;
    }
  }

  /** Throws nothing: what is acknowledged must not be handled again because of a counter. */
  private void count(AckReply origin, String became, Instant now, long begun) {
    try {
      meters.begun(origin, now);
      meters.settled(origin, became, System.nanoTime() - begun);
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("a message was not counted");
    }
  }

  private static boolean isSettledByAck(Outcome outcome) {
    return outcome instanceof Outcome.Skip
        || (outcome instanceof Outcome.Done done && done.outgoing().isEmpty());
  }
}
