package io.weir.messaging.runtime;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Numbers with units, as settings write them: {@code 500ms}, {@code 2s}, {@code 64MiB}. */
final class Units {
  private Units() {}

  static Optional<Duration> duration(String text) {
    return parse(text)
        .flatMap(
            parsed ->
                switch (parsed.unit()) {
                  case "ms" -> Optional.of(Duration.ofMillis(parsed.number()));
                  case "s" -> Optional.of(Duration.ofSeconds(parsed.number()));
                  case "m" -> Optional.of(Duration.ofMinutes(parsed.number()));
                  case "h" -> Optional.of(Duration.ofHours(parsed.number()));
                  case "d" -> Optional.of(Duration.ofDays(parsed.number()));
                  default -> Optional.empty();
                });
  }

  static Optional<Long> bytes(String text) {
    return parse(text)
        .flatMap(
            parsed ->
                switch (parsed.unit()) {
                  case "b" -> Optional.of(parsed.number());
                  case "kib" -> Optional.of(parsed.number() << 10);
                  case "mib" -> Optional.of(parsed.number() << 20);
                  case "gib" -> Optional.of(parsed.number() << 30);
                  case "kb" -> Optional.of(parsed.number() * 1_000);
                  case "mb" -> Optional.of(parsed.number() * 1_000_000);
                  default -> Optional.empty();
                });
  }

  /** The shortest exact form: {@code 90s}, {@code 2m}, {@code 250ms}. */
  static String show(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3600 + "h";
  }

  private record Parsed(long number, String unit) {}

  private static Optional<Parsed> parse(String text) {
    String trimmed = text.strip();
    int digits = 0;
    while (digits < trimmed.length() && Character.isDigit(trimmed.charAt(digits))) {
      digits++;
    }
    if (digits == 0 || digits > 12) {
      return Optional.empty();
    }
    String unit = trimmed.substring(digits).strip().toLowerCase(Locale.ROOT);
    return Optional.of(new Parsed(Long.parseLong(trimmed.substring(0, digits)), unit));
  }
}
