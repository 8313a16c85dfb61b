package io.weir.review.handler;

import io.weir.messaging.Outgoing;

/** Tells those who watch how far a job is. Nothing depends on it: what can't be told is not. */
@FunctionalInterface
public interface Progress {
  /** Tells it without waiting. */
  void tell(Outgoing event) throws InterruptedException;
}
