package io.weir.gateway.upstream;

import io.weir.messaging.flow.Overdue;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * Connections that nobody uses at the moment: as many as were used at once, each for a minute. The
 * one that rested last is used first, so that those that are not needed come of age. Thread-safe.
 */
final class IdleConnections implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Map<Origin, Deque<Connection>> idle = new ConcurrentHashMap<>();
  private final Overdue<Connection> unused = Overdue.after("idle-connections", LONGEST, this::drop);
  private volatile boolean closed;

  /** One that looks alive; it is the caller's. Null when there is none. */
  @Nullable Connection take(Origin origin) {
    Deque<Connection> those = idle.get(origin);
    if (those == null) {
      return null;
    }
    for (Connection one = those.pollFirst(); one != null; one = those.pollFirst()) {
      unused.remove(one);
      if (one.looksAlive()) {
        return one;
      }
      one.close();
    }
    return null;
  }

  /** Its last answer is read to the end. */
  void give(Connection connection) {
    connection.idle();
    unused.add(connection);
    idle.computeIfAbsent(connection.origin(), origin -> new ConcurrentLinkedDeque<>())
        .addFirst(connection);
    if (closed) {
      drop(connection);
    }
  }

  /** Whoever takes it out of the queue has it, be it for the last time. */
  private void drop(Connection connection) {
    Deque<Connection> those = idle.get(connection.origin());
    if (those != null && those.remove(connection)) {
      unused.remove(connection);
      connection.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    idle.values().forEach(those -> those.forEach(this::drop));
  }
}
