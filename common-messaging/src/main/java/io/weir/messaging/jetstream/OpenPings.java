package io.weir.messaging.jetstream;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * The pings of one connection that are not answered yet, and what can be told from them. The client
 * gives an answer to the oldest ping that is open, whichever it was meant for. Times are readings
 * of {@link System#nanoTime}. Thread-safe.
 */
final class OpenPings {
  /** A server that answers again answers all it was asked within this time. */
  private static final Duration BURST = Duration.ofMillis(250);

  record Ping(long number, long sent) {}

  private final ArrayDeque<Ping> open = new ArrayDeque<>();
  private long numbers;
  private long answeredAt;
  private long transferredThen;
  private boolean everAnswered;
  private long usual;
  private boolean everMeasured;

  /** A ping is about to be sent. */
  synchronized Ping open(long now) {
    var ping = new Ping(++numbers, now);
    open.add(ping);
    return ping;
  }

  /**
   * An answer came.
   *
   * @param inTime whether the server was not silent before it
   * @return whether the ping was one of this connection
   */
  synchronized boolean answered(Ping ping, long now, long transferred, boolean inTime) {
    if (!open.remove(ping)) {
      return false;
    }
    long took = now - ping.sent();
    // One that was meant for a later ping, while that stays open, tells nothing of the time.
    if (inTime && (!everMeasured || took <= longest() || open.isEmpty())) {
      usual = took;
      everMeasured = true;
    }
    everAnswered = true;
    answeredAt = now;
    transferredThen = transferred;
    return true;
  }

  /** It will not be answered any more. */
  synchronized void failed(Ping ping) {
    var _ = open.remove(ping);
  }

  /** The connection is a new one. */
  synchronized void forget() {
    open.clear();
    everMeasured = false;
    everAnswered = false;
  }

  /** How long the server has owed us an answer, without giving any. */
  synchronized Duration silence(long now) {
    Ping oldest = open.peek();
    if (oldest == null) {
      return Duration.ZERO;
    }
    long since = everAnswered && answeredAt - oldest.sent() > 0 ? answeredAt : oldest.sent();
    return Duration.ofNanos(Math.max(0, now - since));
  }

  /**
   * Whether the server answers, but not all that it was asked: the line has lost bytes in between,
   * and where the next message begins is anybody's guess.
   */
  synchronized boolean someWereLost(long now) {
    Ping oldest = open.peek();
    return oldest != null
        && everAnswered
        && answeredAt - oldest.sent() > 0
        && now - answeredAt > BURST.toNanos()
        && now - oldest.sent() > longest();
  }

  private long longest() {
    return BURST.toNanos() + 2 * usual;
  }

  synchronized int count() {
    return open.size();
  }

  /** What an answer took, when the server was not silent before. */
  synchronized Duration usual() {
    return Duration.ofNanos(usual);
  }

  /** Bytes that went either way since the last answer. */
  synchronized long transferredSinceAnswer(long transferred) {
    return everAnswered ? transferred - transferredThen : 0;
  }
}
