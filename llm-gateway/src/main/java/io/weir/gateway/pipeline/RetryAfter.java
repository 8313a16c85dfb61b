package io.weir.gateway.pipeline;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads when a provider wants to be asked again. */
public final class RetryAfter {
  private RetryAfter() {}

  /**
   * The wait that a provider's headers ask for, never negative; empty when they ask for none that
   * can be understood.
   *
   * @param millis {@code retry-after-ms}, which goes first
   * @param secondsOrDate {@code retry-after}
   */
  public static Optional<Duration> of(
      Optional<String> millis, Optional<String> secondsOrDate, Instant now) {
    return millis
        .flatMap(text -> number(text).map(n -> Duration.ofNanos((long) (n * 1e6))))
        .or(() -> secondsOrDate.flatMap(text -> seconds(text).or(() -> date(text, now))));
  }

  private static Optional<Duration> seconds(String text) {
    return number(text).map(seconds -> Duration.ofMillis((long) (seconds * 1000)));
  }

  private static Optional<Double> number(String text) {
    try {
      double number = Double.parseDouble(text.strip());
      boolean sane = number >= 0 && number <= Duration.ofDays(365).toMillis();
      return sane ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> date(String text, Instant now) {
    try {
      Instant then =
          ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
