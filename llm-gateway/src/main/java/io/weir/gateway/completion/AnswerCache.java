package io.weir.gateway.completion;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.completion.Completions.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers that may be given again, in memory: bounded in bytes, number and age, the one that was
 * not asked for the longest goes first. A restart forgets them. Thread-safe.
 */
public final class AnswerCache {
  private final Bounds bounds;
  private final Clock clock;
  private final Counter hits;
  private final Counter misses;
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * How much is kept.
   *
   * @param bytes of all answers together; 0 keeps none
   * @param entries most of them
   * @param age of the oldest
   */
  public record Bounds(long bytes, int entries, Duration age) {}

  private record Entry(Reply.Answered answer, Instant at) {
    long bytes() {
      return answer.body().length;
    }
  }

  /** An empty one. */
  public AnswerCache(Bounds bounds, Clock clock, MeterRegistry meters) {
    this.bounds = bounds;
    this.clock = clock;
    this.hits =
        Counter.builder("weir.llm.cache.hits")
            .description("Requests that were answered from the cache.")
            .register(meters);
    this.misses =
        Counter.builder("weir.llm.cache.misses")
            .description("Requests that the cache had no answer for.")
            .register(meters);
    Gauge.builder("weir.llm.cache.size", this, AnswerCache::size)
        .baseUnit("bytes")
        .description("Answers in the cache.")
        .register(meters);
  }

  /** The answer under {@code key}, if it is there and not too old. */
  synchronized Optional<Reply.Answered> get(String key) {
    Entry found = entries.get(key);
    if (found != null && !clock.instant().isBefore(found.at().plus(bounds.age()))) {
      remove(key);
      found = null;
    }
    (found == null ? misses : hits).increment();
    return Optional.ofNullable(found).map(Entry::answer);
  }

  /** Keeps {@code answer} instead of what was there. */
  synchronized void put(String key, Reply.Answered answer) {
    remove(key);
    var entry = new Entry(answer, clock.instant());
    if (entry.bytes() > bounds.bytes()) {
      return;
    }
    entries.put(key, entry);
    bytes += entry.bytes();
    Iterator<Entry> oldest = entries.values().iterator();
    while (bytes > bounds.bytes() || entries.size() > bounds.entries()) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  private void remove(String key) {
    Entry before = entries.remove(key);
    bytes -= before == null ? 0 : before.bytes();
  }

  synchronized long size() {
    return bytes;
  }
}
