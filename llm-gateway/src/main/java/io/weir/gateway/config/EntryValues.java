package io.weir.gateway.config;

import io.weir.gateway.config.ProvidersFile.Entry;
import io.weir.gateway.config.ProvidersFile.Field;
import io.weir.gateway.config.ProvidersFile.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The single values of one provider's entry, each read as what it should be. */
final class EntryValues {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private final Entry entry;
  private final Consumer<Problem> problems;

  EntryValues(Entry entry, Consumer<Problem> problems) {
    this.entry = entry;
    this.problems = problems;
  }

  boolean has(String name) {
    return entry.fields().containsKey(name);
  }

  int line(String name) {
    Field field = entry.fields().get(name);
    return field == null ? entry.line() : field.line();
  }

  Optional<String> required(String name, String wants) {
    Field field = entry.fields().get(name);
    if (field == null || !field.single() || field.text().isBlank()) {
      wrong(name, "a provider without " + name, wants);
      return Optional.empty();
    }
    return Optional.of(field.text());
  }

  Optional<String> text(String name) {
    Field field = entry.fields().get(name);
    if (field != null && (!field.single() || field.text().isBlank())) {
      wrong(name, name + " " + field.text(), "one value");
    }
    return Optional.ofNullable(field).filter(Field::single).map(Field::text);
  }

  /** True when it is left out. */
  boolean flag(String name) {
    Field field = entry.fields().get(name);
    String value = field == null ? "true" : field.text();
    if (!value.equals("true") && !value.equals("false")) {
      wrong(name, name + " " + value, "true or false");
    }
    return value.equals("true");
  }

  OptionalInt integer(String name, int min, int max) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    if (text.get().matches("\\d{1,9}")) {
      int value = Integer.parseInt(text.get());
      if (value >= min && value <= max) {
        return OptionalInt.of(value);
      }
    }
    wrong(name, name + " " + text.get(), "a whole number from " + min + " to " + max);
    return OptionalInt.empty();
  }

  Duration duration(String name, Duration otherwise) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    Matcher matcher = DURATION.matcher(text.get());
    Duration read = matcher.matches() ? duration(matcher) : Duration.ZERO;
    if (read.isPositive()) {
      return read;
    }
    wrong(name, name + " " + text.get(), "a duration such as 500ms, 30s or 10m");
    return otherwise;
  }

  TimeOuts timeOuts(TimeOuts otherwise) {
    return new TimeOuts(
        duration("connect_timeout", otherwise.connect()),
        duration("first_byte_timeout", otherwise.firstByte()),
        duration("idle_timeout", otherwise.idle()),
        duration("total_timeout", otherwise.total()));
  }

  private static Duration duration(Matcher matcher) {
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private void wrong(String name, String got, String wants) {
    problems.accept(new Problem(line(name), got, wants));
  }
}
