package io.weir.gateway.usage;

import io.weir.messaging.flow.Overdue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Bounded waits for JetStream, without a timer for each: every call has one. Thread-safe. */
final class AckWaits {
  private static final Duration TICK = Duration.ofMillis(100);

  private final Overdue<CompletableFuture<?>> waiting;

  /**
   * @param longest of one wait, to a tenth of a second
   */
  AckWaits(Duration longest) {
    this.waiting = new Overdue<>("usage-acks", longest, TICK, AckWaits::giveUp);
  }

  private static void giveUp(CompletableFuture<?> waited) {
    boolean _ = waited.completeExceptionally(new TimeoutException("NATS has not stored it yet"));
  }

  /**
   * Waits until {@code stored} is complete.
   *
   * @throws ExecutionException when it failed, or took too long
   */
  void await(CompletableFuture<?> stored) throws ExecutionException, InterruptedException {
    if (stored.isDone()) {
      var _ = stored.get();
      return;
    }
    CompletableFuture<?> waited = stored.copy(); // others wait for the original
    waiting.add(waited);
    try {
      var _ = waited.get();
    } finally {
      waiting.remove(waited);
    }
  }
}
