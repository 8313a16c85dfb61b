package io.weir.messaging.jetstream;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which messages this process has settled for good, of the last 131,072 sequences of each stream:
 * the only word on it that a server which lost its own cannot take back. A message is known by its
 * sequence and the time of its storing, since a stream that went back to an older state gives
 * sequences out again. Thread-safe.
 */
final class OwnSettlements {
  /** 1 MiB a stream. */
  private static final int KEPT = 1 << 17;

  private final Map<String, AtomicLongArray> streams = new ConcurrentHashMap<>();

  void add(AckReply origin) {
    streams
        .computeIfAbsent(origin.stream(), name -> new AtomicLongArray(KEPT))
        .setPlain(place(origin.sequence()), mark(origin.sequence(), origin.timestamp()));
  }

  /** False for what another process has settled, and for what is too long ago. */
  boolean has(String stream, long sequence, Instant stored) {
    AtomicLongArray marks = streams.get(stream);
    return marks != null && marks.getAcquire(place(sequence)) == mark(sequence, stored);
  }

  private static int place(long sequence) {
    return (int) (sequence & (KEPT - 1));
  }

  /** Never 0, which stands for none: sequences begin at 1. */
  private static long mark(long sequence, Instant stored) {
    long nanos = stored.getEpochSecond() * 1_000_000_000L + stored.getNano();
    return nanos ^ sequence << 20;
  }
}
