package io.weir.messaging.runtime;

import java.util.List;

/** Settings that a service can't start with: all of them at once, one line each. */
public final class InvalidSettingsException extends RuntimeException {
  private final List<String> problems;

  InvalidSettingsException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line a problem: the setting's name, what it got and what it wants. */
  public List<String> problems() {
    return problems;
  }
}
