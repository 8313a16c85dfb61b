package io.weir.e2e.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pieces of requests that somebody has once tripped over, a line each in the resources: with Java's
 * escapes, and {@code §piece×n§} for n times a piece.
 */
final class Nasty {
  private static final Pattern REPEATED = Pattern.compile("§(.*?)×(\\d+)§", Pattern.DOTALL);

  /** In place of a JSON value, as they are written. */
  static final List<String> JSON = read("json");

  /** In a path or a query, as they are written. */
  static final List<String> TARGET = read("target");

  /** Headers, as lines of their own. */
  static final List<String> HEADERS = read("headers");

  /** What stands in the place of a body's framing: headers, an empty line, the body. */
  static final List<String> FRAMINGS = read("framings");

  /** Whole requests. */
  static final List<String> RAW = read("raw");

  static final List<String> METHODS = read("methods");

  private Nasty() {}

  private static List<String> read(String name) {
    String resource = "/fuzz/" + name + ".txt";
    try (InputStream in = Objects.requireNonNull(Nasty.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::translateEscapes)
          .map(Nasty::repeated)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private static String repeated(String line) {
    return REPEATED
        .matcher(line)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(found.group(1).repeat(Integer.parseInt(found.group(2)))));
  }
}
