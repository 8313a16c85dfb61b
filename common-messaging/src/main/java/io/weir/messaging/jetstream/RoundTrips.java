package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.weir.messaging.jetstream.ConnectionStates.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures round trips to the server while there is a connection, and tells {@link
 * ConnectionStates} when too many in a row fail and when one is answered again. Thread-safe.
 */
final class RoundTrips {
  private final Logger log = LoggerFactory.getLogger(RoundTrips.class);
  private final RoundTripSettings settings;
  private final ConnectionStates states;
  private final RoundTripHealth health = new RoundTripHealth();
  private final Counter failures;

  RoundTrips(RoundTripSettings settings, ConnectionStates states, MeterRegistry meters) {
    this.settings = settings;
    this.states = states;
    this.failures =
        Counter.builder("weir.nats.round.trip.failures")
            .description("Round trips to NATS without an answer in time.")
            .register(meters);
    Gauge.builder("weir.nats.round.trip", health::lastSeconds)
        .baseUnit("seconds")
        .description("The last answered round trip to NATS.")
        .register(meters);
    Gauge.builder("weir.nats.health", health::score)
        .baseUnit("ratio")
        .description("The answered share of the last 10 round trips to NATS.")
        .register(meters);
  }

  /** Waits; true when there is nothing more to measure. */
  @FunctionalInterface
  interface Pause {
    boolean over(Duration duration) throws InterruptedException;
  }

  /** Measures until {@code pause} says that it is over, on a thread of its own. */
  void start(Connection connection, Pause pause) {
    Thread.ofVirtual()
        .name("nats-round-trips")
        .start(
            () -> {
              try {
                while (!pause.over(settings.untilNext(health.failedInARow() == 0))) {
                  look(connection);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** A new connection was made; does not block. */
  void renewed() {
    health.renewed(System.nanoTime());
  }

  RoundTripHealth health() {
    return health;
  }

  private void look(Connection connection) throws InterruptedException {
    if (!states.state().connected()) {
      return;
    }
    try {
      Duration roundTrip = measure(connection);
      health.answered(roundTrip, System.nanoTime());
      if (states.on(Event.ANSWERED)) {
        log.atInfo().addKeyValue("roundTrip", roundTrip).log("NATS answers again");
      }
    } catch (ExecutionException | TimeoutException e) {
      if (!states.state().connected()) {
        return; // it broke meanwhile, and that is known
      }
      failures.increment();
      health.failed();
      if (health.failedInARow() >= settings.failures() && states.on(Event.SILENT)) {
        log.atWarn()
            .addKeyValue("failed", health.failedInARow())
            .addKeyValue("patience", settings.patience())
            .log("NATS does not answer, connection degraded");
      }
    }
  }

  /** The client waits as long as for a connection attempt; we do not. */
  private Duration measure(Connection connection)
      throws ExecutionException, TimeoutException, InterruptedException {
    var answer = new CompletableFuture<Duration>();
    Thread.ofVirtual()
        .name("nats-round-trip")
        .start(
            () -> {
              try {
                answer.complete(connection.RTT());
              } catch (Exception e) {
                // Wrapped: a CancellationException, which a broken connection ends in, would come
                // out
                // of the future as itself.
                answer.completeExceptionally(new IOException(e));
              }
            });
    return answer.get(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
  }
}
