package io.weir.messaging.jetstream;

import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;

/**
 * How the health of the connection is measured.
 *
 * @param interval between two round trips while they are answered
 * @param failures so many in a row without an answer make the connection degraded
 */
public record RoundTripSettings(Duration interval, int failures) {
  static final RoundTripSettings DEFAULT = new RoundTripSettings(Duration.ofSeconds(30), 3);

  private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

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

  /** How long an answer may take. */
  Duration patience() {
    return shorter(interval, LONGEST_PATIENCE);
  }

  /**
   * How long to wait for the next round trip. After a failed one it follows soon: with the full
   * interval in between, the client would have cut a silent connection before it was degraded.
   */
  Duration untilNext(boolean answered) {
    return answered ? interval : shorter(interval, AFTER_FAILURE);
  }

  /** The age of the last answer from which the connection is not well. */
  Duration threshold() {
    return interval
        .plus(patience().multipliedBy(failures))
        .plus(untilNext(false).multipliedBy(failures - 1L));
  }

  /**
   * Pings that may stay open before the client cuts the connection. Ours and the client's own count
   * together; the cut has to come after the connection was seen degraded.
   */
  int openPings() {
    return 2 * failures + 2;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
