package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.weir.messaging.jetstream.ConnectionStates.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server twice a second whether it is there, while there is a connection. Measures how
 * long that takes; tells {@link ConnectionStates} when too many round trips in a row fail and when
 * one is answered again, those who hold still meanwhile that they may go on, and has the connection
 * made anew when it is of no use any more. Thread-safe.
 */
final class RoundTrips {
  /** Bytes a second that a line carries at least. */
  private static final long SLOWEST_LINE = 256 << 10;

  /** Looks at a silent line, at least, before it is given up. */
  private static final int LOOKS = 8;

  private static final int MOST_OPEN = 32;

  /** Threads of the platform's: others wait for handlers that calculate. */
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().name("nats-round-trips").daemon().factory();

  private final Logger log = LoggerFactory.getLogger(RoundTrips.class);
  private final ExecutorService asking = Executors.newCachedThreadPool(THREADS);
  private final RoundTripSettings settings;
  private final ConnectionStates states;
  private final RoundTripHealth health = new RoundTripHealth();
  private final OpenPings pings = new OpenPings();
  private final Counter failures;
  private final LongSupplier transferred;
  private final Runnable cut;
  private final Runnable answersAgain;
  private volatile boolean cutting;
  private int looksInSilence;

  /** Waits; true when there is nothing more to measure. */
  @FunctionalInterface
  interface Pause {
    boolean over(Duration duration) throws InterruptedException;
  }

  /**
   * @param transferred bytes that went over the connection, either way
   * @param cut ends the connection, so that the client makes another; must not block
   * @param answersAgain told when the server answers after a silence; must not block
   */
  RoundTrips(
      RoundTripSettings settings,
      ConnectionStates states,
      MeterRegistry meters,
      LongSupplier transferred,
      Runnable cut,
      Runnable answersAgain) {
    this.settings = settings;
    this.states = states;
    this.transferred = transferred;
    this.cut = cut;
    this.answersAgain = answersAgain;
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

  /** Measures until {@code pause} says that it is over, on a thread of its own. */
  void start(Connection connection, Pause pause) {
    THREADS
        .newThread(
            () -> {
              try (asking) {
                do {
                  look(connection);
                } while (!pause.over(settings.untilNext(!isSilent())));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            })
        .start();
  }

  /** A new connection was made; does not block. */
  void renewed() {
    pings.forget();
    health.renewed(System.nanoTime());
    cutting = false;
  }

  RoundTripHealth health() {
    return health;
  }

  /** Whether the server has not answered for longer than an answer takes. */
  boolean isSilent() {
    // Asked twice a second, a server a second away would seem silent at times.
    Duration longest = settings.patience().plus(pings.usual());
    return pings.silence(System.nanoTime()).compareTo(longest) > 0;
  }

  private void look(Connection connection) {
    if (!states.state().connected()) {
      return;
    }
    long now = System.nanoTime();
    Duration silence = pings.silence(now);
    countFailures(silence);
    looksInSilence = isSilent() ? looksInSilence + 1 : 0;
    if (!cutting && (isUseless(silence) || pings.someWereLost(now))) {
      cutting = true;
      log.atWarn().addKeyValue("silence", silence).log("NATS does not answer, connecting anew");
      cut.run();
      return;
    }
    ask(connection);
  }

  private void countFailures(Duration silence) {
    long failed = silence.dividedBy(settings.patience());
    while (health.failedInARow() < failed) {
      failures.increment();
      health.failed();
    }
    if (health.failedInARow() >= settings.failures() && states.on(Event.SILENT)) {
      log.atWarn()
          .addKeyValue("failed", health.failedInARow())
          .addKeyValue("patience", settings.patience())
          .log("NATS does not answer, connection degraded");
    }
  }

  /**
   * A ping waits behind what was sent before it; on a slow line that takes time. And when this
   * process stood still, an answer may be here that nobody has read yet.
   */
  private boolean isUseless(Duration silence) {
    Duration forBytes =
        Duration.ofSeconds(pings.transferredSinceAnswer(transferred.getAsLong()) / SLOWEST_LINE);
    return looksInSilence >= LOOKS && silence.compareTo(settings.untilCut().plus(forBytes)) >= 0;
  }

  private void ask(Connection connection) {
    if (pings.count() >= MOST_OPEN) {
      return;
    }
    OpenPings.Ping ping = pings.open(System.nanoTime());
    asking.execute(
        () -> {
          try {
            Duration roundTrip = connection.RTT();
            answered(ping, roundTrip);
          } catch (IOException | IllegalStateException e) {
            pings.failed(ping);
          }
        });
  }

  private void answered(OpenPings.Ping ping, Duration roundTrip) {
    long now = System.nanoTime();
    boolean wasSilent = isSilent();
    if (!pings.answered(ping, now, transferred.getAsLong(), !wasSilent)) {
      return;
    }
    if (health.failedInARow() > 0 || isDue(now)) {
      health.answered(roundTrip, now);
    }
    if (states.on(Event.ANSWERED)) {
      log.atInfo().addKeyValue("roundTrip", roundTrip).log("NATS answers again");
    }
    if (wasSilent) {
      answersAgain.run();
    }
  }

  private boolean isDue(long now) {
    Duration age = health.age(now);
    return Double.isNaN(health.lastSeconds())
        || age == null
        || age.compareTo(settings.interval()) >= 0;
  }
}
