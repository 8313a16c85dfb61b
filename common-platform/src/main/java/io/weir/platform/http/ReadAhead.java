package io.weir.platform.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.weir.messaging.flow.Overdue;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the client of one connection sends. The end of a connection shows only to who reads from it,
 * and while a request is being answered nobody does; so when an answer takes a while, one piece is
 * read ahead, and kept for the next reader. A client that ends its side counts as gone, as it does
 * for nginx and Go's server.
 *
 * <p>The head of a request, from its first byte on, has as long to come in as the client may be
 * silent, however steadily it comes; a connection on which it does not is closed without a word, as
 * an idle one is.
 *
 * <p>Read by one thread at a time, watched from any.
 */
final class ReadAhead {
  /** Most answers are there by then, and need nobody who reads beside them. */
  private static final Duration A_WHILE = Duration.ofMillis(50);

  private static final Overdue<ReadAhead> WATCHED =
      new Overdue<>("clients", A_WHILE, A_WHILE, ReadAhead::begin);

  private final DataReader source;
  private final Socket socket;
  private final Silence silence;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean reading;
  private boolean over;
  private byte @Nullable [] ahead;
  private @Nullable RuntimeException failure;
  private @Nullable Runnable whenGone;
  // Of the reading thread alone.
  private boolean inHead = true;
  private boolean headBegun;
  private long headSince;

  /**
   * @param socket that {@code source} reads from
   * @param silence how long a reader waits for what is being read ahead, and for a whole head
   */
  ReadAhead(DataReader source, Socket socket, Silence silence) {
    this.source = source;
    this.socket = socket;
    this.silence = silence;
  }

  /**
   * The next piece; null at the end.
   *
   * @throws ServerConnectionException when the client stays silent for too long amid a body
   * @throws CloseConnectionException when it does before or in a head, or takes too long for one
   */
  byte @Nullable [] next() {
    if (!inHead) {
      bounded(patience());
      return piece();
    }
    if (headBegun && System.nanoTime() - headSince > patience().toNanos()) {
      throw new CloseConnectionException("no whole head in " + patience());
    }
    byte[] piece = awaited();
    if (!headBegun) {
      headBegun = true;
      headSince = System.nanoTime();
    }
    return piece;
  }

  private byte @Nullable [] awaited() {
    bounded(Duration.ZERO);
    silence.begin(socket);
    try {
      byte[] piece = piece();
      if (!silence.end(socket)) {
        throw new CloseConnectionException("silent for " + patience());
      }
      return piece;
    } catch (RuntimeException e) {
      boolean _ = silence.end(socket);
      throw socket.isClosed() || timedOut(e)
          ? new CloseConnectionException("silent for " + patience(), e)
          : e;
    }
  }

  /** What a single read may take from now on; zero is for ever. */
  private void bounded(Duration most) {
    try {
      socket.setSoTimeout((int) most.toMillis());
    } catch (SocketException e) {
      throw new CloseConnectionException("closed", e);
    }
  }

  /** The head of a request has come in: what follows are bodies, or whatever was agreed on. */
  void headIsIn() {
    inHead = false;
  }

  /** The request is answered: what follows is the head of the next one. */
  void awaitHead() {
    inHead = true;
    headBegun = false;
  }

  Duration patience() {
    return silence.longest();
  }

  private byte @Nullable [] piece() {
    lock.lock();
    try {
      awaitAhead();
      byte[] piece = ahead;
      if (piece != null) {
        ahead = null;
        return piece;
      }
      if (failure != null) {
        throw failure;
      }
      if (over) {
        return null;
      }
    } finally {
      lock.unlock();
    }
    return read();
  }

  /**
   * Runs {@code action} once if the client goes away before {@link #unwatch}, on another thread or,
   * if that is known already, on this one. It may have gone a tenth of a second ago by then.
   */
  void watch(Runnable action) {
    lock.lock();
    try {
      whenGone = action;
      if (mayRead()) {
        WATCHED.add(this);
      }
      if (!over) {
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  void unwatch() {
    WATCHED.remove(this);
    lock.lock();
    try {
      whenGone = null;
    } finally {
      lock.unlock();
    }
  }

  private boolean mayRead() {
    return !over && !reading && ahead == null;
  }

  private void begin() {
    lock.lock();
    try {
      if (whenGone != null && mayRead()) {
        reading = true;
        Thread.ofVirtual().name("read-ahead").start(this::readAhead);
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitAhead() {
    long left = patience().toNanos();
    while (reading) {
      if (left <= 0) {
        throw new ServerConnectionException(
            "the client stayed silent for " + patience(), new SocketTimeoutException());
      }
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerConnectionException("the connection is being closed", e);
      }
    }
  }

  private byte @Nullable [] read() {
    try {
      source.ensureAvailable();
    } catch (DataReader.InsufficientDataAvailableException end) {
      return null;
    }
    return source.readBytes(source.available());
  }

  private void readAhead() {
    byte[] piece = null;
    @Nullable RuntimeException broken = null;
    boolean again;
    do {
      again = false;
      try {
        piece = read();
      } catch (RuntimeException e) {
        again = timedOut(e); // an answer may take longer than a client may be silent
        broken = again ? null : e;
      }
    } while (again);
    Runnable action = settle(piece, broken);
    if (action != null) {
      action.run();
    }
  }

  private @Nullable Runnable settle(byte @Nullable [] piece, @Nullable RuntimeException broken) {
    lock.lock();
    try {
      reading = false;
      ahead = piece;
      failure = broken;
      over = piece == null;
      changed.signalAll();
      return over ? whenGone : null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the client was silent for too long. */
  static boolean timedOut(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }
}
