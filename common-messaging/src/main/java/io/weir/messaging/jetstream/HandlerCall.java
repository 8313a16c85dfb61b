package io.weir.messaging.jetstream;

import io.weir.messaging.Delivery;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a handler; every way out of it is an outcome. */
final class HandlerCall<T> {
  private final Logger log = LoggerFactory.getLogger(HandlerCall.class);
  private final MessageHandler<T> handler;
  private final Duration deadline;
  private final BooleanSupplier stopping;

  /**
   * @param stopping whether an interrupt means that the service stops, not that a deadline has
   *     passed
   */
  HandlerCall(MessageHandler<T> handler, Duration deadline, BooleanSupplier stopping) {
    this.handler = handler;
    this.deadline = deadline;
    this.stopping = stopping;
  }

  /** Calls it under a lease, and interrupts it at its deadline. */
  Outcome under(HeldLease lease, Delivery<T> delivery) throws InterruptedException {
    lease.begin(deadline);
    Outcome outcome;
    try {
      outcome = of(delivery);
    } finally {
      lease.settling();
    }
    if (outcome instanceof Outcome.Retry && stopping.getAsBoolean() && lease.wasInterrupted()) {
      // Many libraries wrap the interrupt of a stop into an exception of their own.
      throw new InterruptedException("stopped while at work");
    }
    return outcome;
  }

  /** Calls it; throws only when the service stops. */
  Outcome of(Delivery<T> delivery) throws InterruptedException {
    try {
      return handler.handle(delivery);
    } catch (InterruptedException e) {
      if (stopping.getAsBoolean()) {
        throw e;
      }
      return Outcome.retry("not done within " + deadline);
    } catch (InvalidMessageException e) {
      return Outcome.dead(reason(e));
    } catch (DependencyUnavailableException e) {
      return Outcome.unavailable(e.dependency(), reason(e));
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      // Hostile input brings down a parser with an error as easily as with an exception.
      log.atWarn().setCause(e).log("handler failed");
      return Outcome.retry(reason(e));
    }
  }

  /** Tells the handler of a dead letter. */
  void deadLettered(Delivery<T> delivery, String reason) throws Exception {
    handler.deadLettered(delivery, reason);
  }

  static String reason(Throwable e) {
    return Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
  }
}
