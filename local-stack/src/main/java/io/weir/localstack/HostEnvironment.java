package io.weir.localstack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The environment variables of the process that starts the stack. {@link #current()} is the only
 * place of this module that reads them; everything else takes this value, so that tests can give
 * their own.
 */
public record HostEnvironment(Map<String, String> variables) {

  /** What a program needs to run at all; everything else is handed on only on purpose. */
  private static final List<String> BASICS = List.of("PATH", "HOME", "LANG", "TMPDIR");

  public HostEnvironment {
    variables = Map.copyOf(variables);
  }

  public static HostEnvironment current() {
    return new HostEnvironment(System.getenv());
  }

  /** The value of a variable; empty when it is unset or blank. */
  public Optional<String> get(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /**
   * A clean environment for a child: PATH, HOME, LANG and TMPDIR, then {@code more}, which wins.
   */
  public Map<String, String> cleanWith(Map<String, String> more) {
    Map<String, String> clean = new LinkedHashMap<>();
    for (String name : BASICS) {
      get(name).ifPresent(value -> clean.put(name, value));
    }
    clean.putAll(more);
    return clean;
  }
}
