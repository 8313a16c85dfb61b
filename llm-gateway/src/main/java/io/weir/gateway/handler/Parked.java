package io.weir.gateway.handler;

import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Durable requests that wait until work of their user has ended. They are handed back, which costs
 * them nothing, for some minutes; and so many at a time only, because the server counts them among
 * those in hand, and would deliver nobody else's when it has enough of them. Thread-safe.
 */
final class Parked {
  private static final int MOST = 200;
  private static final int DELIVERIES = 20;
  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Map<String, Instant> until = new ConcurrentHashMap<>();
  private final Clock clock;

  Parked(Clock clock) {
    this.clock = clock;
  }

  /** How to let it wait; empty when it has waited long enough, or too many wait. */
  Optional<Outcome> wait(Delivery<?> delivery, String reason) {
    String id = delivery.stream() + ":" + delivery.sequence();
    Instant now = clock.instant();
    until.remove(id);
    if (until.size() >= MOST) {
      until.values().removeIf(now::isAfter);
    }
    if (until.size() >= MOST || delivery.deliveries() > DELIVERIES) {
      return Optional.empty();
    }
    long most = Math.min(STEP.toMillis() * delivery.deliveries(), LONGEST.toMillis());
    // Those that wait for the same work must not come back at once.
    Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    until.put(id, now.plus(pause));
    return Optional.of(Outcome.handBack(reason, pause));
  }
}
