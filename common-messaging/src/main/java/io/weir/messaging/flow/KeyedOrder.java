package io.weir.messaging.flow;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lets the messages of one key run one after another in the order of the stream, and those of
 * different keys side by side. A key whose running message fails, and is to be tried again, holds
 * only so many messages in hand: what is beyond them is handed back to the server, and then
 * everything behind that too until it has come again. So the order holds, and one failing key can't
 * take all permits.
 *
 * <p>The order holds within this instance; across instances the versions of what is written are the
 * guard. Times are readings of a monotonic clock in nanoseconds. Thread-safe.
 */
public final class KeyedOrder<T> {
  private static final int ARRIVALS_BETWEEN_SWEEPS = 1_000;

  /** What becomes of a message that came. */
  public enum Place {
    /** Nothing of its key runs: it runs now. */
    RUNS,
    /** It waits in hand for those before it. */
    WAITS,
    /** It must be handed back. */
    HANDED_BACK
  }

  private record Waiting<T>(long sequence, T message) {}

  private static final class Queue<T> {
    /** The running message is not in it. */
    final ArrayDeque<Waiting<T>> waiting = new ArrayDeque<>();

    /** Sequences that were handed back, with the time until which they are expected again. */
    final TreeMap<Long, Long> owed = new TreeMap<>(Comparator.naturalOrder());

    boolean running;
    boolean failing;
  }

  private final int mostPerKey;
  private final Duration owedFor;
  private final Map<String, Queue<T>> queues = new HashMap<>();
  private int waiting;
  private int arrivals;

  /**
   * @param mostPerKey most messages of a failing key in hand, the running one included; at least 1
   * @param owedFor how long a message that was handed back is expected again; then it is taken to
   *     be with another instance
   */
  public KeyedOrder(int mostPerKey, Duration owedFor) {
    if (mostPerKey < 1) {
      throw new IllegalArgumentException("a key wants at least one message, got " + mostPerKey);
    }
    this.mostPerKey = mostPerKey;
    this.owedFor = owedFor;
  }

  /** A message came. */
  public synchronized Place arrived(String key, long sequence, T message, long now) {
    sweep(now);
    Queue<T> queue = queues.computeIfAbsent(key, k -> new Queue<>());
    queue.owed.values().removeIf(until -> now - until > 0);
    boolean behindOwed = !queue.owed.isEmpty() && queue.owed.firstKey() < sequence;
    int inHand = queue.waiting.size() + (queue.running ? 1 : 0);
    if (behindOwed || (queue.failing && inHand >= mostPerKey)) {
      queue.owed.put(sequence, now + owedFor.toNanos());
      return Place.HANDED_BACK;
    }
    queue.owed.remove(sequence);
    if (queue.running) {
      queue.waiting.add(new Waiting<>(sequence, message));
      waiting++;
      return Place.WAITS;
    }
    queue.running = true;
    return Place.RUNS;
  }

  /** A message of {@code key} was handed back unseen; an empty key has no order. */
  public synchronized void handedBack(String key, long sequence, long now) {
    if (!key.isEmpty()) {
      queues.computeIfAbsent(key, k -> new Queue<>()).owed.put(sequence, now + owedFor.toNanos());
    }
  }

  /**
   * The running message of {@code key} has failed and stays in its place to be tried again.
   *
   * @return those of its key that must be handed back
   */
  public synchronized List<T> failing(String key, long now) {
    Queue<T> queue = running(key);
    queue.failing = true;
    var handedBack = new ArrayList<T>();
    while (queue.waiting.size() >= mostPerKey) {
      Waiting<T> last = queue.waiting.removeLast();
      waiting--;
      queue.owed.put(last.sequence(), now + owedFor.toNanos());
      handedBack.add(last.message());
    }
    return handedBack;
  }

  /**
   * The running message of {@code key} is settled.
   *
   * @return the one that runs now
   */
  public synchronized Optional<T> finished(String key, long now) {
    Queue<T> queue = running(key);
    queue.failing = false;
    Waiting<T> next = queue.waiting.poll();
    if (next != null) {
      waiting--;
      return Optional.of(next.message());
    }
    queue.running = false;
    queue.owed.values().removeIf(until -> now - until > 0);
    if (queue.owed.isEmpty()) {
      queues.remove(key);
    }
    return Optional.empty();
  }

  private Queue<T> running(String key) {
    Queue<T> queue = queues.get(key);
    if (queue == null || !queue.running) {
      throw new IllegalStateException("nothing of this key runs");
    }
    return queue;
  }

  /** Forgets keys whose messages have gone to another instance. */
  private void sweep(long now) {
    if (++arrivals % ARRIVALS_BETWEEN_SWEEPS == 0) {
      queues
          .values()
          .removeIf(
              queue -> {
                queue.owed.values().removeIf(until -> now - until > 0);
                return !queue.running && queue.owed.isEmpty();
              });
    }
  }

  /** Messages in hand that wait for one of their key. */
  public synchronized int waiting() {
    return waiting;
  }

  /** Keys that are known at the moment; none when nothing is in hand or expected again. */
  public synchronized int keys() {
    return queues.size();
  }
}
