package io.weir.gateway.http;

import io.weir.gateway.completion.AnswerShelf.Ticket;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.pipeline.Candidate;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** Keeps a stream's events for its idempotency key, if it has one and they are not too many. */
final class StreamRecording {
  private static final int MAX_BYTES = 4 << 20;

  private final Optional<Ticket> ticket;
  private final ByteArrayOutputStream events = new ByteArrayOutputStream();
  private boolean tooLong;

  private StreamRecording(Optional<Ticket> ticket) {
    this.ticket = ticket;
  }

  static StreamRecording none() {
    return new StreamRecording(Optional.empty());
  }

  static StreamRecording of(Ticket ticket) {
    return new StreamRecording(Optional.of(ticket));
  }

  void add(byte[] more) {
    if (ticket.isEmpty() || tooLong) {
      return;
    }
    tooLong = events.size() + more.length > MAX_BYTES;
    if (!tooLong) {
      events.writeBytes(more);
    }
  }

  /** Stores what was recorded; the answer is whole. */
  void keep(Candidate by) {
    if (!tooLong) {
      ticket.ifPresent(t -> t.settle(new Reply.Answered(events.toByteArray(), by)));
    }
  }
}
