package io.weir.gateway.pipeline;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Whether a request may be answered from the cache, as its caller says in headers.
 *
 * @param scope whose answers are shared, among those of the asking user: for a caller who asks for
 *     several; may be empty
 */
public record CacheUse(Mode mode, String scope) {
  /** The headers, in lower case. */
  public static final String HEADER = "x-weir-cache";

  public static final String SCOPE = "x-weir-cache-scope";

  private static final Pattern PLAIN = Pattern.compile("[!-~]{0,128}");

  /** What the cache is used for. */
  public enum Mode {
    OFF,
    /** A stored answer will do, and a new one is stored. */
    ON,
    /** The model is asked, and its answer is stored. */
    REFRESH
  }

  /** The use, or which header is wrong. */
  public sealed interface Result {
    record Valid(CacheUse use) implements Result {}

    record Refused(Failure failure) implements Result {}
  }

  public boolean isOff() {
    return mode == Mode.OFF;
  }

  /**
   * Reads the headers.
   *
   * @param header a header's value by its name in lower case
   * @param otherwise what holds for a request that says nothing
   */
  public static Result read(Function<String, Optional<String>> header, Mode otherwise) {
    String scope = header.apply(SCOPE).map(String::strip).orElse("");
    if (!PLAIN.matcher(scope).matches()) {
      return wrong(SCOPE, "up to 128 printable ASCII characters");
    }
    Optional<String> said = header.apply(HEADER).map(String::strip).filter(s -> !s.isEmpty());
    if (said.isEmpty()) {
      return new Result.Valid(new CacheUse(otherwise, scope));
    }
    return Arrays.stream(Mode.values())
        .filter(mode -> mode.name().equalsIgnoreCase(said.get()))
        .findFirst()
        .<Result>map(mode -> new Result.Valid(new CacheUse(mode, scope)))
        .orElseGet(() -> wrong(HEADER, "on, off or refresh"));
  }

  private static Result wrong(String header, String wants) {
    return new Result.Refused(
        Failure.invalid("Invalid header " + header + ": expected " + wants + ".", header));
  }
}
