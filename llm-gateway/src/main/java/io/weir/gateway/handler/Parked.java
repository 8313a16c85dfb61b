package io.weir.gateway.handler;

import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Durable requests that wait until work of their user has ended. They are handed back, which costs
 * them nothing, for some minutes; and so many of one user at a time only, because the server counts
 * them among those in hand, and would deliver nobody else's when it has enough of them.
 * Thread-safe.
 */
final class Parked {
  private static final int MOST_OF_ONE = 100;
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private final Map<String, Stay> stays = new HashMap<>();
  private final Clock clock;

  /** One that waits: since when, and until when it was handed back. */
  private record Stay(String user, Instant since, Instant until) {}

  Parked(Clock clock) {
    this.clock = clock;
  }

  /**
   * How to let it wait; empty when it has waited long enough, or too many of its user's wait.
   *
   * @param user whose it is
   */
  synchronized Optional<Outcome> wait(Delivery<?> delivery, String user, String reason) {
    Instant now = clock.instant();
    String id = delivery.stream() + ":" + delivery.sequence();
    // Whoever does not come back has been answered, here or elsewhere.
    stays.values().removeIf(stay -> now.isAfter(stay.until().plus(LONGEST)));
    Stay before = stays.remove(id);
    Instant since = before == null ? now : before.since();
    long others = stays.values().stream().filter(stay -> stay.user().equals(user)).count();
    if (others >= MOST_OF_ONE || now.isAfter(since.plus(PATIENCE))) {
      return Optional.empty();
    }
    long waited = Duration.between(since, now).toMillis();
    long most = Math.clamp(waited, SHORTEST.toMillis(), LONGEST.toMillis());
    // Those that wait for the same work must not come back at once.
    Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    stays.put(id, new Stay(user, since, now.plus(pause)));
    return Optional.of(Outcome.handBack(reason, pause));
  }
}
