package io.weir.messaging.deadletter;

import io.weir.messaging.SubjectPattern;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which dead letters are meant: those that fulfil all of its terms; without terms, all. Immutable.
 *
 * @param terms wanted values by name: {@code stream}, {@code consumer}, {@code class}, {@code
 *     service}, {@code correlation} are equal; {@code subject} is a pattern with {@code *} and
 *     {@code >}; {@code error} is a text that the error holds, in any case; {@code since} and
 *     {@code until} are instants of its last failure, the second not included; {@code header.NAME}
 *     is a header's value
 */
public record DeadLetterFilter(Map<String, String> terms) {
  public static final DeadLetterFilter ALL = new DeadLetterFilter(Map.of());

  private static final String HEADER = "header.";
  private static final List<String> NAMES =
      List.of(
          "stream",
          "consumer",
          "class",
          "subject",
          "service",
          "correlation",
          "error",
          "since",
          "until");

  /**
   * Checks the terms.
   *
   * @throws IllegalArgumentException for a term that is not known or a time that is none
   */
  public DeadLetterFilter {
    var copied = new LinkedHashMap<>(terms);
    copied.forEach(
        (name, value) -> {
          if (!NAMES.contains(name) && !(name.startsWith(HEADER) && name.length() > 7)) {
            throw new IllegalArgumentException(
                "no such term: %s; there are %s and header.NAME"
                    .formatted(name, String.join(", ", NAMES)));
          }
          if (name.equals("since") || name.equals("until")) {
            instant(name, value);
          }
        });
    terms = java.util.Collections.unmodifiableMap(copied);
  }

  /** With one more term. */
  public DeadLetterFilter with(String name, String value) {
    var more = new LinkedHashMap<>(terms);
    more.put(name, value);
    return new DeadLetterFilter(more);
  }

  public boolean matches(DeadLetterHead letter) {
    return terms.entrySet().stream().allMatch(t -> fulfils(letter, t.getKey(), t.getValue()));
  }

  private static boolean fulfils(DeadLetterHead letter, String name, String value) {
    return switch (name) {
      case "stream" -> letter.stream().equals(value);
      case "consumer" -> letter.consumer().equals(value);
      case "class" -> letter.errorClass().equals(value);
      case "subject" -> new SubjectPattern(value).matches(letter.subject());
      case "service" -> letter.service().equals(value);
      case "correlation" -> letter.correlationId().equals(value);
      case "error" ->
          letter.error().toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT));
      case "since" -> !letter.lastFailed().isBefore(instant(name, value));
      case "until" -> letter.lastFailed().isBefore(instant(name, value));
      default ->
          letter.headers().getOrDefault(name.substring(HEADER.length()), List.of()).contains(value);
    };
  }

  private static Instant instant(String name, String value) {
    try {
      return Instant.parse(value);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "%s: got \"%s\", wants an instant such as 2026-01-31T12:00:00Z".formatted(name, value),
          e);
    }
  }

  /** For a person: {@code stream=WORK class=invalid}, or {@code all}. */
  @Override
  public String toString() {
    return terms.isEmpty()
        ? "all"
        : terms.entrySet().stream()
            .map(term -> term.getKey() + "=" + term.getValue())
            .collect(Collectors.joining(" "));
  }
}
