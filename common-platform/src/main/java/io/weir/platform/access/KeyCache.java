package io.weir.platform.access;

import io.weir.messaging.DependencyUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys as they were read not long ago, so that neither load nor an outage of the store is felt at
 * the door. Each key is read by one at a time, whoever waits for it. Only keys that exist are kept:
 * made-up ids push out nobody. Thread-safe.
 */
final class KeyCache {
  /** How many keys are kept. */
  static final int MOST_KEYS = 10_000;

  /** How many keys that are not kept may be looked up at once. */
  static final int MOST_STRANGERS = 100;

  /** After a failure everybody is answered from what is kept, for so long. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(KeyCache.class);

  private final KeyRecords records;
  private final UserRates rates;
  private final Times times;
  private final Clock clock;
  private final Executor background;
  private final Recent<CachedKey> keys = new Recent<>(MOST_KEYS);
  private final ConcurrentHashMap<String, CompletableFuture<Optional<CachedKey>>> readings =
      new ConcurrentHashMap<>();
  private final Semaphore strangers = new Semaphore(MOST_STRANGERS);
  private volatile @Nullable Failure failure;

  /** What is known of a key. */
  sealed interface Answer {
    record Known(CachedKey key) implements Answer {}

    record Unknown() implements Answer {}

    record Away(String reason) implements Answer {}
  }

  /**
   * @param fresh how long a key counts as it was read
   * @param outage how long it does while the store is away
   * @param patience longest wait for the store
   */
  record Times(Duration fresh, Duration outage, Duration patience) {}

  private record Failure(Instant at, String reason) {}

  KeyCache(KeyRecords records, UserRates rates, Times times, Clock clock, Executor background) {
    this.records = records;
    this.rates = rates;
    this.times = times;
    this.clock = clock;
    this.background = background;
  }

  Answer find(String id) throws InterruptedException {
    Instant now = clock.instant();
    CachedKey cached = keys.get(id);
    if (cached != null && isWithin(times.fresh(), cached.readAt(), now)) {
      return new Answer.Known(cached);
    }
    Failure last = failure;
    if (last != null && isWithin(PAUSE, last.at(), now)) {
      return kept(cached, now, last.reason());
    }
    Optional<CompletableFuture<Optional<CachedKey>>> reading = reading(id, cached);
    if (reading.isEmpty()) {
      return new Answer.Away("too many unknown keys are looked up at once");
    }
    try {
      return reading
          .get()
          .get(times.patience().toNanos(), TimeUnit.NANOSECONDS)
          .<Answer>map(Answer.Known::new)
          .orElseGet(Answer.Unknown::new);
    } catch (TimeoutException e) {
      String reason = "no answer within " + times.patience().toMillis() + " ms";
      Instant later = clock.instant();
      failure = new Failure(later, reason);
      return kept(cached, later, reason);
    } catch (ExecutionException e) {
      return kept(cached, clock.instant(), String.valueOf(e.getMessage()));
    }
  }

  int size() {
    return keys.size();
  }

  private Answer kept(@Nullable CachedKey cached, Instant now, String reason) {
    return cached != null && isWithin(times.outage(), cached.readAt(), now)
        ? new Answer.Known(cached)
        : new Answer.Away(reason);
  }

  /** The reading of this key that is under way, or a new one; empty when too many are. */
  private Optional<CompletableFuture<Optional<CachedKey>>> reading(
      String id, @Nullable CachedKey cached) {
    var underWay = readings.get(id);
    if (underWay != null) {
      return Optional.of(underWay);
    }
    boolean stranger = cached == null;
    if (stranger && !strangers.tryAcquire()) {
      return Optional.empty();
    }
    var own = new CompletableFuture<Optional<CachedKey>>();
    var other = readings.putIfAbsent(id, own);
    if (other != null) {
      release(stranger);
      return Optional.of(other);
    }
    background.execute(
        () -> {
          try {
            own.complete(read(id, cached));
          } catch (InterruptedException | RuntimeException e) {
            note(e);
            own.completeExceptionally(e);
          } finally {
            readings.remove(id, own);
            release(stranger);
          }
        });
    return Optional.of(own);
  }

  private Optional<CachedKey> read(String id, @Nullable CachedKey before)
      throws InterruptedException {
    // Of the time before it was read: nothing that was changed since may count as seen.
    Instant begun = clock.instant();
    Optional<StoredKey> found = records.find(id);
    if (found.isEmpty()) {
      keys.remove(id);
      failure = null;
      return Optional.empty();
    }
    ApiKey key = found.get().key();
    OptionalInt perMinute =
        key.perMinute().isPresent() ? key.perMinute() : rates.perMinute(key.userId());
    var read =
        new CachedKey(
            found.get(),
            perMinute,
            begun,
            later(key.lastUsedAt().orElse(null), before == null ? null : before.notedAt()));
    keys.put(id, read);
    failure = null;
    return Optional.of(read);
  }

  private void note(Exception e) {
    failure = new Failure(clock.instant(), String.valueOf(e.getMessage()));
    if (e instanceof DependencyUnavailableException) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("API keys can't be looked up");
    } else {
      log.atWarn().setCause(e).log("API keys can't be looked up");
    }
  }

  private void release(boolean stranger) {
    if (stranger) {
      strangers.release();
    }
  }

  // A clock that was set back makes nothing younger.
  private static boolean isWithin(Duration length, Instant begun, Instant now) {
    return !now.isBefore(begun) && now.isBefore(begun.plus(length));
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isAfter(b) ? a : b;
  }
}
