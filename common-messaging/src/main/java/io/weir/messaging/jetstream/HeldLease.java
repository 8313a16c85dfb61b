package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.weir.messaging.Lease;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The lease of one message in hand. Thread-safe. */
final class HeldLease implements Lease {
  private final AckReply origin;
  private final long ackWait;
  private volatile Message message;
  private volatile int delivery;
  private long renewed = System.nanoTime();
  private long deadline = Long.MAX_VALUE;
  private boolean limited;
  private boolean expired;
  private volatile boolean voided;
  private boolean interrupted;
  private boolean begun;
  private @Nullable Thread handler;
  private @Nullable Runnable room;

  HeldLease(Message message, AckReply origin, Duration ackWait) {
    this.message = message;
    this.origin = origin;
    this.delivery = origin.deliveries();
    this.ackWait = ackWait.toNanos();
  }

  /**
   * The message takes up room until it is settled.
   *
   * @param free gives it to another message; told once
   */
  synchronized void occupies(Runnable free) {
    room = free;
  }

  /**
   * Nothing more is done with the message, or nothing but book-keeping: whoever comes next may have
   * its room. Does nothing the second time.
   */
  void makeRoom() {
    Runnable free;
    synchronized (this) {
      free = room;
      room = null;
    }
    if (free != null) {
      free.run();
    }
  }

  /** Where the message comes from, as its first delivery in hand said. */
  AckReply origin() {
    return origin;
  }

  /** The latest delivery of the message: the one to be settled. */
  Message message() {
    return message;
  }

  /** The number of that delivery. */
  int delivery() {
    return delivery;
  }

  /** An attempt begins on the calling thread, which is interrupted when {@code limit} is over. */
  synchronized void begin(Duration limit) {
    handler = Thread.currentThread();
    deadline = System.nanoTime() + limit.toNanos();
    limited = true;
    begun = true;
    interrupted = false;
  }

  /**
   * The attempt is over; called on its thread. The lease is still renewed. An interrupt may hit the
   * handler only: one in the middle of a settlement would undo work that is done.
   */
  synchronized void settling() {
    handler = null;
    limited = false;
    expired = false;
    var _ = Thread.interrupted();
  }

  synchronized void interrupt() {
    if (handler != null) {
      interrupted = true;
      handler.interrupt();
    }
  }

  /** Whether a handler has seen the message. */
  synchronized boolean hasBegun() {
    return begun;
  }

  /** Whether the handler was interrupted in this attempt, whatever it made of it. */
  synchronized boolean wasInterrupted() {
    return interrupted;
  }

  /**
   * The message is not in its stream any more, and its sequence is another's: nothing that is said
   * of it may reach the server, which knows messages by their sequence.
   */
  synchronized void makeVoid() {
    voided = true;
  }

  boolean isVoid() {
    return voided;
  }

  @Override
  public synchronized boolean isHeld() {
    return !voided && System.nanoTime() - renewed <= ackWait;
  }

  /**
   * The server has delivered the message again while it is in hand here: that delivery is ours too,
   * and nobody else's. Not taken by an attempt that did not heed its deadline.
   *
   * @param number of that delivery
   * @return whether it is taken
   */
  synchronized boolean adopt(Message again, int number) {
    if (expired) {
      return false;
    }
    message = again;
    delivery = number;
    renewed = System.nanoTime();
    return true;
  }

  /**
   * Renews the lease, unless it is lost, or the attempt is beyond its deadline.
   *
   * @param connected whether a signal sent now would reach the server
   * @return whether the deadline was found to have passed
   */
  synchronized boolean renew(boolean connected) {
    if (expired || voided) {
      return false;
    }
    if (limited && System.nanoTime() - deadline >= 0) {
      expired = true;
      interrupt();
      return true;
    }
    if (connected && isHeld()) {
      message.inProgress();
      renewed = System.nanoTime();
    }
    return false;
  }
}
