package io.weir.messaging.jetstream;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of the NATS client to connect, with a time limit of its own: the client has one limit
 * for all, and does not even notice when the socket breaks after the server's greeting. Made on the
 * thread that attempts; that thread waits for the handshake, and an interrupt ends the wait.
 * Thread-safe.
 */
final class ConnectAttempt {
  private enum State {
    OPEN,
    /** The server has answered what we sent; nothing is limited any more. */
    ANSWERED,
    /** It took too long; whatever still comes is not to be believed. */
    EXPIRED,
    ENDED
  }

  private final Thread thread = Thread.currentThread();
  private final long begun = System.nanoTime();
  private final Supplier<@Nullable Socket> socket;
  private final ReconnectPace pace;
  private final CountDownLatch decided = new CountDownLatch(1);
  private State state = State.OPEN;
  private boolean greeted;
  private boolean spoken;

  /**
   * @param limit empty for none but the client's own
   * @param socket the socket of the attempt, once there is one
   */
  ConnectAttempt(Optional<Duration> limit, Supplier<@Nullable Socket> socket, ReconnectPace pace) {
    this.socket = socket;
    this.pace = pace;
    limit.ifPresent(
        longest -> Thread.ofVirtual().name("nats-connect-limit").start(() -> limit(longest)));
  }

  /** Bytes came. @throws IOException when they came too late */
  void read() throws IOException {
    boolean answer;
    synchronized (this) {
      if (state == State.EXPIRED) {
        throw new IOException("the attempt to connect took too long");
      }
      greeted = true;
      answer = spoken && state == State.OPEN;
      if (answer) {
        state = State.ANSWERED;
      }
    }
    if (answer) {
      decided.countDown();
      pace.answered(Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  /** We sent something: what comes now answers it. */
  synchronized void wrote() {
    spoken = true;
  }

  /** Another attempt begins, or the client waits for it; called on the thread of the attempt. */
  synchronized void over() {
    if (state == State.OPEN) {
      state = State.ENDED;
    }
    decided.countDown();
  }

  private void limit(Duration limit) {
    try {
      if (decided.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
      synchronized (this) {
        if (state != State.OPEN) {
          return;
        }
        state = State.EXPIRED;
        pace.expired(greeted);
        thread.interrupt();
      }
      // Closed after the interrupt, and outside the lock, since readers take it.
      Socket open = socket.get();
      if (open != null) {
        open.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
