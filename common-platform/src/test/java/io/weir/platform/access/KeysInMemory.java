package io.weir.platform.access;

import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.contract.Scope;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A store of keys that can be away, and counts what it is asked. */
final class KeysInMemory implements KeyRecords {
  static final Instant BIRTH = Instant.parse("2025-12-01T00:00:00Z");

  final AtomicInteger found = new AtomicInteger();
  final List<Instant> uses = new CopyOnWriteArrayList<>();
  volatile boolean away;
  private final Map<String, StoredKey> keys = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();

  /** A key of ada's that reads jobs. */
  KeyText add() {
    return add(Optional.empty(), OptionalInt.empty());
  }

  KeyText add(Optional<Instant> expiresAt, OptionalInt perMinute) {
    KeyText text = KeyText.make(random);
    var key =
        new ApiKey(
            text.id(),
            "ada",
            "laptop",
            Set.of(Scope.JOBS_READ),
            perMinute,
            BIRTH,
            expiresAt,
            Optional.empty(),
            Optional.empty());
    keys.put(text.id(), new StoredKey(key, text.hash()));
    return text;
  }

  void revoke(KeyText text, Instant at) {
    keys.computeIfPresent(
        text.id(),
        (_, stored) -> {
          ApiKey key = stored.key();
          return new StoredKey(
              new ApiKey(
                  key.id(),
                  key.userId(),
                  key.name(),
                  key.scopes(),
                  key.perMinute(),
                  key.createdAt(),
                  key.expiresAt(),
                  Optional.of(at),
                  key.lastUsedAt()),
              stored.hash());
        });
  }

  @Override
  public Optional<StoredKey> find(String id) {
    found.incrementAndGet();
    check();
    return Optional.ofNullable(keys.get(id));
  }

  @Override
  public void used(String id, Instant at) {
    uses.add(at);
    check();
  }

  private void check() {
    if (away) {
      throw new DependencyUnavailableException("mongodb", "it is away", null);
    }
  }
}
