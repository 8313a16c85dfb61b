package io.weir.platform.http;

import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;

/**
 * Interrupts the thread that made it when the client of the request in hand goes away, so that
 * nothing is done any more for an answer that nobody reads. To be closed by the same thread.
 */
public final class ClientWatch implements AutoCloseable {
  /** The connection of the request in hand; unbound where the server is not {@link HttpApi}'s. */
  static final ScopedValue<ReadAhead> CONNECTION = ScopedValue.newInstance();

  /** What may be interrupted. */
  @FunctionalInterface
  public interface Work<T> {
    T get() throws InterruptedException;
  }

  private final Thread worker = Thread.currentThread();
  private boolean clientGone;
  private boolean ended;

  private ClientWatch() {}

  /**
   * Does {@code work} unless the client goes away meanwhile.
   *
   * @throws CloseConnectionException when it did, which ended the work
   */
  public static <T> T during(Work<T> work) throws InterruptedException {
    ClientWatch watch = new ClientWatch();
    watch(watch::gone);
    try (watch) {
      return work.get();
    } catch (InterruptedException e) {
      if (watch.clientGone()) {
        throw EventOutput.gone(e);
      }
      throw e;
    }
  }

  /** Runs {@code action} once if the client goes away before {@link #unwatch}. */
  static void watch(Runnable action) {
    if (CONNECTION.isBound()) {
      CONNECTION.get().watch(action);
    }
  }

  static void unwatch() {
    if (CONNECTION.isBound()) {
      CONNECTION.get().unwatch();
    }
  }

  /** What is read from now on by the thread of the connection is no head of a request. */
  static void headIsIn() {
    if (CONNECTION.isBound()) {
      CONNECTION.get().headIsIn();
    }
  }

  /** What is read from now on by the thread of the connection is the head of the next request. */
  static void awaitHead() {
    if (CONNECTION.isBound()) {
      CONNECTION.get().awaitHead();
    }
  }

  /** How long the client may be silent. */
  static Duration patience(Duration otherwise) {
    return CONNECTION.isBound() ? CONNECTION.get().patience() : otherwise;
  }

  private synchronized void gone() {
    if (!ended) {
      clientGone = true;
      worker.interrupt();
    }
  }

  private synchronized boolean clientGone() {
    return clientGone;
  }

  /** Nothing that this thread does next must be hit by an interrupt meant for the work. */
  @Override
  public synchronized void close() {
    ended = true;
    unwatch();
    if (clientGone) {
      var _ = Thread.interrupted();
    }
  }
}
