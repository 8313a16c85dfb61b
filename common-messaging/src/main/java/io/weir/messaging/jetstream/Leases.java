package io.weir.messaging.jetstream;

import io.nats.client.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the deliveries in hand ours: an in-progress signal for each at a third of the ack-wait, and
 * an interrupt for the handler that is still at it at its deadline; after that no more signals, so
 * that the server gives the message to somebody else. Thread-safe.
 */
final class Leases implements AutoCloseable {
  private static final class Lease {
    final Message message;
    final Instant deadline;
    private @Nullable Thread handler = Thread.currentThread();

    Lease(Message message, Instant deadline) {
      this.message = message;
      this.deadline = deadline;
    }

    /**
     * An interrupt may hit the handler only: one in the middle of a settlement would undo work that
     * is done.
     */
    synchronized void interrupt() {
      if (handler != null) {
        handler.interrupt();
      }
    }

    synchronized void settling() {
      handler = null;
      var _ = Thread.interrupted();
    }
  }

  private final Logger log = LoggerFactory.getLogger(Leases.class);
  private final Map<Long, Lease> held = new ConcurrentHashMap<>();
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("leases").daemon().factory());

  Leases(Duration ackWait) {
    long third = Math.max(50, ackWait.toMillis() / 3);
    var _ = scheduler.scheduleWithFixedDelay(this::renew, third, third, TimeUnit.MILLISECONDS);
  }

  void hold(long id, Message message, Instant deadline) {
    held.put(id, new Lease(message, deadline));
  }

  /** The handler is done; called on its thread. The lease is still renewed. */
  void settling(long id) {
    Lease lease = held.get(id);
    if (lease != null) {
      lease.settling();
    }
    var _ = Thread.interrupted();
  }

  void release(long id) {
    held.remove(id);
  }

  int count() {
    return held.size();
  }

  /** Interrupts all handlers. */
  void interruptAll() {
    held.values().forEach(Lease::interrupt);
  }

  private void renew() {
    Instant now = Instant.now();
    held.forEach(
        (id, lease) -> {
          if (now.isBefore(lease.deadline)) {
            try {
              lease.message.inProgress();
            } catch (RuntimeException e) {
              // Not sent in time the lease is lost and the message delivered again: costly, not
              // wrong.
              log.atDebug().addKeyValue("reason", e.getMessage()).log("in-progress not sent");
            }
          } else {
            log.atWarn().addKeyValue("lease", id).log("deadline passed, interrupting the handler");
            lease.interrupt();
            held.remove(id);
          }
        });
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
