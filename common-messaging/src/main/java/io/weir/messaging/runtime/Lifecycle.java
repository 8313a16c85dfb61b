package io.weir.messaging.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Where a service is between its start and its stop. Thread-safe. */
final class Lifecycle {
  /** The phases, in their only order. */
  enum Phase {
    STARTING,
    RUNNING,
    DRAINING,
    STOPPED
  }

  private final Clock clock;
  private final Instant born;
  private volatile Phase phase = Phase.STARTING;

  Lifecycle(Clock clock) {
    this.clock = clock;
    this.born = clock.instant();
  }

  Phase phase() {
    return phase;
  }

  synchronized void advance(Phase next) {
    if (next.compareTo(phase) > 0) {
      phase = next;
    }
  }

  Duration uptime() {
    return Duration.between(born, clock.instant());
  }
}
