package io.weir.messaging.jetstream;

import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;

/**
 * How the health of the connection is measured.
 *
 * @param interval between two round trips that are taken into the score while they are answered
 * @param failures so many in a row without an answer make the connection degraded
 */
public record RoundTripSettings(Duration interval, int failures) {
  static final RoundTripSettings DEFAULT = new RoundTripSettings(Duration.ofSeconds(30), 3);

  private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(1);
  private static final Duration WHILE_ANSWERED = Duration.ofMillis(500);
  private static final Duration WHILE_SILENT = Duration.ofMillis(250);
  private static final Duration SILENT_FOR_GOOD = Duration.ofSeconds(5);

  static RoundTripSettings read(SettingsReader settings) {
    return new RoundTripSettings(
        settings.duration(
            "NATS_ROUND_TRIP_INTERVAL",
            DEFAULT.interval,
            Duration.ofMillis(100),
            Duration.ofMinutes(10),
            "how often a round trip to NATS is measured"),
        settings.integer(
            "NATS_ROUND_TRIP_FAILURES",
            DEFAULT.failures,
            1,
            20,
            "round trips without an answer, in a row, that make the connection degraded"));
  }

  /** How long an answer may take before its round trip counts as failed. */
  Duration patience() {
    return shorter(interval, LONGEST_PATIENCE);
  }

  /**
   * How long to wait before the server is asked again. A ping is 6 bytes, and who finds out late
   * that the server is silent, or that it answers again, is late with all else too.
   */
  Duration untilNext(boolean answered) {
    return shorter(interval, answered ? WHILE_ANSWERED : WHILE_SILENT);
  }

  /**
   * How long the server may be silent before the connection is made anew: a network that lost its
   * way does not mend a connection, and TCP takes ever longer to look. The connection is seen
   * degraded before.
   */
  Duration untilCut() {
    Duration degraded = patience().multipliedBy(failures + 2L);
    return degraded.compareTo(SILENT_FOR_GOOD) > 0 ? degraded : SILENT_FOR_GOOD;
  }

  /** The age of the last measured answer from which the connection is not well. */
  Duration threshold() {
    return interval.plus(patience().multipliedBy(failures));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
