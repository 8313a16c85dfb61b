package io.weir.messaging.jetstream;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * In which fields what the server holds differs from what is wanted, by the server's own names of
 * the fields. Not thread-safe.
 */
final class Drift {
  private final Map<String, String> changes = new LinkedHashMap<>();

  /** Notes {@code field} when its two values differ; null, empty and none are the same. */
  Drift compare(String field, @Nullable Object current, @Nullable Object wanted) {
    if (!Objects.equals(plain(current), plain(wanted))) {
      changes.put(field, plain(current) + " -> " + plain(wanted));
    }
    return this;
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  /** The first of {@code fields} that differs, with its old and new value. */
  Optional<String> firstOf(List<String> fields) {
    return fields.stream()
        .filter(changes::containsKey)
        .findFirst()
        .map(field -> field + " is " + changes.get(field));
  }

  /** Each field with its old and its new value. */
  @Override
  public String toString() {
    return changes.entrySet().stream()
        .map(change -> change.getKey() + " " + change.getValue())
        .collect(Collectors.joining(", "));
  }

  private static Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case String text when text.isEmpty() -> "none";
      case Collection<?> many when many.isEmpty() -> "none";
      case Collection<?> many -> many.stream().map(String::valueOf).sorted().toList();
      default -> value;
    };
  }
}
