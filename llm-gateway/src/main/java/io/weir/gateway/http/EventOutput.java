package io.weir.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A stream of events to a client, each piece flushed as it is written. The answer's headers go out
 * with the first piece, so that until then an error can have a status of its own. While there is
 * nothing to write, keep-alive comments show the client and all between that the stream lives; when
 * one of them finds the client gone, the thread that made this object is interrupted, which ends
 * whatever it waits for. Used by that one thread.
 */
final class EventOutput implements AutoCloseable {
  private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

  private final ServerResponse response;
  private final Duration keepAlive;
  private final Thread writer = Thread.currentThread();
  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable OutputStream out;
  private long lastWrite = System.nanoTime();
  private boolean active = true;
  private boolean clientGone;

  private EventOutput(ServerResponse response, Duration keepAlive) {
    this.response = response;
    this.keepAlive = keepAlive;
  }

  /** Sends nothing yet, but a keep-alive comment whenever {@code keepAlive} passed in silence. */
  static EventOutput to(ServerResponse response, Duration keepAlive) {
    EventOutput output = new EventOutput(response, keepAlive);
    Thread.ofVirtual().name("keep-alive").start(output::keepAlive);
    return output;
  }

  /** Whether the answer has begun, so that errors can only be told as events. */
  boolean begun() {
    lock.lock();
    try {
      return out != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends whole events.
   *
   * @throws CloseConnectionException when the client is gone
   */
  void write(byte[] events) {
    lock.lock();
    try {
      send(events);
    } catch (IOException | RuntimeException e) {
      clientGone = true;
      throw gone(e);
    } finally {
      lock.unlock();
    }
  }

  /** What a request ends with whose client has gone; nobody reads an answer any more. */
  static CloseConnectionException gone(Throwable cause) {
    return new CloseConnectionException("the client went away", cause);
  }

  /** Whether an interrupt of the writer meant that the client has gone. */
  boolean clientGone() {
    lock.lock();
    try {
      return clientGone;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream. */
  @Override
  public void close() {
    lock.lock();
    try {
      active = false;
      if (out != null && !clientGone) {
        out.close();
      }
    } catch (IOException | RuntimeException e) {
      clientGone = true;
    } finally {
      lock.unlock();
      closed.countDown();
    }
    if (clientGone) {
      // Nothing that this thread does next must be hit by an interrupt meant for this stream.
      Thread.interrupted();
    }
  }

  private void send(byte[] bytes) throws IOException {
    if (out == null) {
      response
          .status(200)
          .header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
          .header(HeaderValues.CACHE_NO_CACHE)
          .header("X-Accel-Buffering", "no"); // proxies pass it on at once
      out = response.outputStream();
    }
    out.write(bytes);
    out.flush();
    lastWrite = System.nanoTime();
  }

  private void keepAlive() {
    try {
      while (!closed.await(untilNext().toNanos(), TimeUnit.NANOSECONDS)) {
        if (!writeKeepAlive()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration untilNext() {
    lock.lock();
    try {
      Duration left = keepAlive.minusNanos(System.nanoTime() - lastWrite);
      return left.isPositive() ? left : Duration.ZERO;
    } finally {
      lock.unlock();
    }
  }

  /** False when there is nobody to write to any more. */
  private boolean writeKeepAlive() {
    lock.lock();
    try {
      if (!active || clientGone) {
        return false;
      }
      if (System.nanoTime() - lastWrite >= keepAlive.toNanos()) {
        send(KEEP_ALIVE);
      }
      return true;
    } catch (IOException | RuntimeException e) {
      clientGone = true;
      writer.interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
