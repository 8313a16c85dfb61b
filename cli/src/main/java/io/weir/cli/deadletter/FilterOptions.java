package io.weir.cli.deadletter;

import io.weir.messaging.deadletter.DeadLetterFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which letters are meant; several options must all hold. */
final class FilterOptions {
  private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

  @Option(names = "--stream", paramLabel = "NAME", description = "Letters of this stream.")
  private @Nullable String stream;

  @Option(names = "--consumer", paramLabel = "NAME", description = "Letters of this consumer.")
  private @Nullable String consumer;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Letters of this error class: invalid, dead, exhausted, max_deliveries ...")
  private @Nullable String errorClass;

  @Option(
      names = "--subject",
      paramLabel = "PATTERN",
      description = "Letters whose subject matches, with * and > as NATS has them.")
  private @Nullable String subject;

  @Option(
      names = "--correlation",
      paramLabel = "ID",
      description = "Letters with this correlation id.")
  private @Nullable String correlation;

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "Letters that this service gave up.")
  private @Nullable String service;

  @Option(
      names = "--error",
      paramLabel = "TEXT",
      description = "Letters whose error holds this text.")
  private @Nullable String error;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "Letters whose message has this header.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Letters that failed since: an instant, or how long ago: 30m, 2h, 7d.")
  private @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Letters that failed before: an instant, or how long ago.")
  private @Nullable String until;

  /** The filter; a value that is none is the caller's mistake. */
  DeadLetterFilter filter(CommandSpec spec, Instant now) {
    var terms = new LinkedHashMap<String, String>();
    put(terms, "stream", stream);
    put(terms, "consumer", consumer);
    put(terms, "class", errorClass);
    put(terms, "subject", subject);
    put(terms, "correlation", correlation);
    put(terms, "service", service);
    put(terms, "error", error);
    put(terms, "since", since == null ? null : instant(since, now));
    put(terms, "until", until == null ? null : instant(until, now));
    headers.forEach((name, value) -> terms.put("header." + name, value));
    try {
      return new DeadLetterFilter(terms);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--%s, or an age such as 2h".formatted(e.getMessage()), e);
    }
  }

  private static void put(Map<String, String> terms, String name, @Nullable String value) {
    if (value != null) {
      terms.put(name, value);
    }
  }

  private static String instant(String text, Instant now) {
    Matcher ago = AGO.matcher(text);
    if (!ago.matches()) {
      return text;
    }
    long count = Long.parseLong(ago.group(1));
    Duration age =
        switch (ago.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        };
    return now.minus(age).toString();
  }
}
