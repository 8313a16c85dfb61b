package io.weir.platform.http;

import io.weir.messaging.flow.Overdue;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/**
 * Ends connections on which no head of a request comes, with one clock for all of them: a timed
 * read on a virtual thread wakes two others, and nearly every request is waited for. Thread-safe.
 */
final class Silence {
  private final Duration longest;
  private final Overdue<Socket> silent;

  /**
   * @param longest that a client may say nothing
   */
  Silence(Duration longest) {
    this.longest = longest;
    this.silent = Overdue.after("silent-clients", longest, Silence::hangUp);
  }

  Duration longest() {
    return longest;
  }

  void begin(Socket socket) {
    silent.add(socket);
  }

  /** False when it is too late: the connection is being ended. */
  boolean end(Socket socket) {
    return silent.remove(socket);
  }

  private static void hangUp(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The client is, or has, gone.
    }
  }
}
