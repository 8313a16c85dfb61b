package io.weir.messaging.jetstream;

import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which messages this process has settled for good, of the last million sequences of each stream:
 * the only word on it that a server which lost its own cannot take back. Thread-safe.
 */
final class OwnSettlements {
  /** 128 KiB a stream. */
  private static final int KEPT = 1 << 20;

  private final Map<String, Window> streams = new ConcurrentHashMap<>();

  /** A ring of bits that follows the highest sequence. */
  private static final class Window {
    private final BitSet settled = new BitSet(KEPT);
    private long highest;

    synchronized void add(long sequence) {
      if (sequence > highest) {
        if (sequence - highest >= KEPT) {
          settled.clear();
        } else {
          for (long passed = highest + 1; passed < sequence; passed++) {
            settled.clear(place(passed));
          }
        }
        highest = sequence;
      }
      if (highest - sequence < KEPT) {
        settled.set(place(sequence));
      }
    }

    synchronized boolean has(long sequence) {
      return sequence <= highest && highest - sequence < KEPT && settled.get(place(sequence));
    }

    private static int place(long sequence) {
      return (int) (sequence % KEPT);
    }
  }

  void add(AckReply origin) {
    streams.computeIfAbsent(origin.stream(), name -> new Window()).add(origin.sequence());
  }

  /** False for what another process has settled, and for what is too long ago. */
  boolean has(String stream, long sequence) {
    Window window = streams.get(stream);
    return window != null && window.has(sequence);
  }
}
