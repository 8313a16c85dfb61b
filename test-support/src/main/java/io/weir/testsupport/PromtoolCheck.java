package io.weir.testsupport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs {@code promtool check metrics} on the text of a {@code /metrics} page. */
public final class PromtoolCheck {

  private PromtoolCheck() {}

  /**
   * The findings, one a line; an empty list is a pass. Throws {@link IllegalStateException} that
   * says what to install when there is no promtool on the PATH, because a check that was not made
   * must not look like one that passed.
   */
  public static List<String> findings(String metrics) throws InterruptedException {
    return findings("promtool", metrics);
  }

  static List<String> findings(String program, String metrics) throws InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(program, "check", "metrics").redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "promtool could not be run, so the metrics were not checked. Install it (Debian, Ubuntu: apt-get install"
              + " prometheus; macOS: brew install prometheus).",
          e);
    }
    try {
      // It reads all of its input before it says anything, so writing first cannot block for ever.
      try (var in = process.getOutputStream()) {
        in.write(metrics.getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
      return code != 0 && lines.isEmpty()
          ? List.of("promtool ended with exit code " + code)
          : lines;
    } catch (IOException e) {
      throw new IllegalStateException("promtool ended before it had read the metrics", e);
    }
  }
}
