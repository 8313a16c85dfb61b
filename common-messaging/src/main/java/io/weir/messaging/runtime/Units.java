package io.weir.messaging.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Numbers with units, as settings write them: {@code 500ms}, {@code 2s}, {@code 64MiB}. Nothing
 * needs no unit: {@code 0}.
 */
final class Units {
  private static final List<String> BYTES = List.of("B", "KiB", "MiB", "GiB");

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
                  case "" -> parsed.number() == 0 ? Optional.of(Duration.ZERO) : Optional.empty();
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
                  case "" -> parsed.number() == 0 ? Optional.of(0L) : Optional.empty();
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

  /** The shortest exact form: {@code 64MiB}, {@code 1KiB}, {@code 1000B}. */
  static String showBytes(long bytes) {
    int power = 0;
    long number = bytes;
    while (number != 0 && number % 1024 == 0 && power < BYTES.size() - 1) {
      number /= 1024;
      power++;
    }
    return number + BYTES.get(power);
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
