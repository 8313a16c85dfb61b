package io.weir.platform.access;

import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A key as it was read a while ago. Thread-safe. */
final class CachedKey {
  private final StoredKey stored;
  private final OptionalInt perMinute;
  private final Instant readAt;
  private final AtomicReference<@Nullable Instant> notedAt;

  /**
   * @param perMinute the limit in force: its own or its user's
   * @param readAt when its reading began
   * @param notedAt when its use was last noted, as far as is known; null for never
   */
  CachedKey(StoredKey stored, OptionalInt perMinute, Instant readAt, @Nullable Instant notedAt) {
    this.stored = stored;
    this.perMinute = perMinute;
    this.readAt = readAt;
    this.notedAt = new AtomicReference<>(notedAt);
  }

  StoredKey stored() {
    return stored;
  }

  OptionalInt perMinute() {
    return perMinute;
  }

  Instant readAt() {
    return readAt;
  }

  @Nullable Instant notedAt() {
    return notedAt.get();
  }

  /** True once a minute, for one of all who ask: then its use is worth a note. */
  boolean isDue(Instant now) {
    Instant last = notedAt.get();
    return (last == null || !now.isBefore(last.plus(ApiKeys.USE_NOTED_EVERY)))
        && notedAt.compareAndSet(last, now);
  }
}
