package io.weir.cli.check;

import java.util.List;

/**
 * A source file of the demo with what is wrong in it.
 *
 * @param linter which linter finds the faults
 * @param faults what it finds
 * @param plantedKey a key that stands in the text; empty when there is none
 */
public record SourceFile(
    String path,
    String language,
    String text,
    String linter,
    List<Fault> faults,
    String plantedKey) {

  /**
   * A fault in the file.
   *
   * @param code stands once in the file, on the line of the fault
   * @param word occurs in the rule or the message of a finding of it
   */
  public record Fault(String code, String word) {}

  public SourceFile {
    faults = List.copyOf(faults);
  }

  /**
   * The line, from 1, on which this code stands; throws when it stands nowhere or more than once.
   */
  public int lineOf(String code) {
    int at = text.indexOf(code);
    if (at < 0 || text.indexOf(code, at + 1) >= 0) {
      throw new IllegalArgumentException(
          "%s must hold this exactly once: %s".formatted(path, code));
    }
    return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
  }

  int lines() {
    return (int) text.lines().count();
  }
}
