package io.weir.gateway.upstream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. For one thread; {@link #cancel} is for any. An interrupt of a virtual
 * thread that waits for the provider ends the call.
 */
public final class UpstreamCall {
  private final UpstreamRequest request;
  private final IdleConnections idle;
  private final Dialer dialer;
  private final Limit whole;
  private final @Nullable Limit first;
  private final AtomicReference<@Nullable Socket> socket = new AtomicReference<>();
  private volatile boolean ended;
  private volatile boolean timedOut;

  /**
   * @param whole bounds the call from {@link #execute} until its response is closed
   * @param first bounds the wait from the end of the request to the head of the answer
   */
  UpstreamCall(
      UpstreamRequest request,
      IdleConnections idle,
      Dialer dialer,
      Limit whole,
      @Nullable Limit first) {
    this.request = request;
    this.idle = idle;
    this.dialer = dialer;
    this.whole = whole;
    this.first = first;
  }

  /**
   * Sends the request and waits for the head of the answer, which the caller must close.
   *
   * @throws ConnectFailedException when nothing was sent
   * @throws SocketTimeoutException when one of its times was over, perhaps before anything was sent
   */
  public UpstreamResponse execute() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      // Whatever it read from would be closed, be it a connection of others.
      throw new InterruptedIOException("interrupted before the call");
    }
    whole.begin(this);
    @Nullable UpstreamResponse response = null;
    try {
      response = exchange(connection());
      return response;
    } catch (IOException e) {
      throw explained(e);
    } finally {
      if (response == null) {
        whole.end(this);
        cancel();
      }
    }
  }

  private Connection connection() throws IOException {
    Connection kept = idle.take(request.origin());
    if (kept == null) {
      return dialer.dial(this, request.origin());
    }
    attach(kept.socket());
    return kept;
  }

  private UpstreamResponse exchange(Connection connection) throws IOException {
    @Nullable IOException unsent = connection.send(request);
    if (first != null) {
      first.begin(this);
    }
    try {
      ClassicHttpResponse head = connection.receive();
      return new UpstreamResponse(this, connection, head);
    } catch (IOException e) {
      if (unsent == null) {
        throw e;
      }
      unsent.addSuppressed(e);
      throw unsent;
    } finally {
      if (first != null) {
        first.end(this);
      }
    }
  }

  /** Ends the call, at the provider too; whoever reads its answer gets an exception. */
  public void cancel() {
    ended = true;
    Socket open = socket.getAndSet(null);
    if (open != null) {
      Connection.close(open);
    }
  }

  void timeOut() {
    timedOut = true;
    cancel();
  }

  boolean ended() {
    return ended;
  }

  /** What {@link #cancel} closes from now on. */
  void attach(Socket now) throws IOException {
    socket.set(now);
    if (ended) {
      cancel();
      throw new IOException("Canceled");
    }
  }

  /** All of the answer is read: the connection is for others, unless the call was just ended. */
  void leave(Connection connection) {
    whole.end(this);
    if (socket.getAndSet(null) != null) {
      idle.give(connection);
    }
  }

  /** The answer is not read to its end. */
  void giveUp() {
    whole.end(this);
    cancel();
  }

  IOException explained(IOException failure) {
    if (!timedOut) {
      return failure;
    }
    var late = new SocketTimeoutException("the provider took too long");
    late.initCause(failure);
    return late;
  }
}
