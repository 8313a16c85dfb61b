package io.weir.messaging.jetstream;

import io.nats.client.Message;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the deliveries in hand ours, those that wait for their key too: an in-progress signal for
 * each at a third of the ack-wait, and an interrupt for the handler that is still at it at its
 * deadline; after that no more signals, so that the server gives the message to somebody else.
 * Thread-safe.
 */
final class Leases implements AutoCloseable {
  private record Key(String stream, String consumer, long sequence) {}

  private final Logger log = LoggerFactory.getLogger(Leases.class);
  private final Map<Key, HeldLease> held = new ConcurrentHashMap<>();

  /**
   * What the thread that takes messages handles itself; not among the others. Only that thread
   * writes it. Other threads ask only whether a lease of theirs is it, which had moved before they
   * got it, so that a plain read is enough.
   */
  private final AtomicReference<@Nullable HeldLease> here = new AtomicReference<>();

  private final Duration ackWait;
  private final BooleanSupplier connected;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("leases").daemon().factory());

  /**
   * @param connected whether a signal sent now would reach the server
   */
  Leases(Duration ackWait, BooleanSupplier connected) {
    this.ackWait = ackWait;
    this.connected = connected;
    long third = Math.max(50, ackWait.toMillis() / 3);
    var _ = scheduler.scheduleWithFixedDelay(this::renew, third, third, TimeUnit.MILLISECONDS);
  }

  /**
   * Holds a message that came.
   *
   * @return its lease; empty when it was in hand already: that attempt goes on with this delivery
   */
  Optional<HeldLease> hold(Message message, AckReply origin) {
    var lease = new HeldLease(message, origin, ackWait);
    HeldLease before = held.putIfAbsent(key(lease), lease);
    if (before == null) {
      return Optional.of(lease);
    }
    // Another message has the sequence of one in hand when its stream was restored meanwhile.
    if (!before.origin().timestamp().equals(origin.timestamp())) {
      before.makeVoid();
    } else if (before.adopt(message, origin.deliveries())) {
      return Optional.empty();
    }
    held.put(key(lease), lease);
    return Optional.of(lease);
  }

  /**
   * As {@link #hold}, for a message that the calling thread is done with or {@linkplain #handOn
   * hands on} before it takes another. It has to be the only one that takes any: then this one need
   * not be found by its sequence meanwhile, which costs more than a quick handler.
   */
  Optional<HeldLease> holdHere(Message message, AckReply origin) {
    if (origin.deliveries() > 1 || !held.isEmpty()) {
      return hold(message, origin);
    }
    var lease = new HeldLease(message, origin, ackWait);
    here.setRelease(lease);
    return Optional.of(lease);
  }

  /** If it was held here: it goes on on another thread, and may come again meanwhile. */
  void handOn(HeldLease lease) {
    if (here.getPlain() == lease) {
      held.put(key(lease), lease);
      here.setRelease(null);
    }
  }

  void release(HeldLease lease) {
    if (here.getPlain() == lease) {
      here.setRelease(null);
    } else {
      held.remove(key(lease), lease);
    }
  }

  /** The connection is back: signals that could not be sent are sent now. Does not block. */
  void renewSoon() {
    try {
      scheduler.execute(this::renew);
    } catch (RejectedExecutionException e) {
      log.atDebug().log("closed, nothing to renew");
    }
  }

  /** Interrupts all handlers but one that runs here, which has no deadline either. */
  void interruptAll() {
    held.values().forEach(HeldLease::interrupt);
  }

  private void renew() {
    boolean reachable = connected.getAsBoolean();
    // Before the others: a lease that moves to them meanwhile is not missed.
    HeldLease current = here.get();
    if (current != null) {
      renew(current, reachable);
    }
    held.values().forEach(lease -> renew(lease, reachable));
  }

  private void renew(HeldLease lease, boolean reachable) {
    try {
      if (lease.renew(reachable)) {
        log.atWarn()
            .addKeyValue("stream", lease.origin().stream())
            .addKeyValue("sequence", lease.origin().sequence())
            .log("deadline passed, interrupting the handler");
      }
    } catch (RuntimeException | Error e) {
      // Not sent in time the lease is lost and the message delivered again: costly, not wrong.
      log.atDebug().addKeyValue("reason", e.getMessage()).log("in-progress not sent");
    }
  }

  private static Key key(HeldLease lease) {
    AckReply origin = lease.origin();
    return new Key(origin.stream(), origin.consumer(), origin.sequence());
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
