package io.weir.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The page that shows the results: what people wrote stays, what is between markers is ours. */
public final class Readme {
  /** A part of the page that a command rewrites. */
  public enum Part {
    RESULTS("results", "./weir bench"),
    PEER_FAULTS("peer-faults", "./weir bench --peer-faults"),
    GATEWAY("gateway", "./weir bench --gateway");

    private final String begin;
    private final String end;

    Part(String name, String command) {
      this.begin = "<!-- %s: begin (%s writes what follows) -->".formatted(name, command);
      this.end = "<!-- %s: end -->".formatted(name);
    }
  }

  private Readme() {}

  /**
   * Puts tables and plots into {@code page}.
   *
   * @throws IllegalStateException when its markers are missing
   */
  public static void write(Path page, String tables, Map<String, String> plots) throws IOException {
    var results = new StringBuilder();
    plots.forEach((file, title) -> results.append("![%s](%s)\n\n".formatted(title, file)));
    write(page, Part.RESULTS, results + tables);
  }

  /**
   * Puts {@code text} between the markers of {@code part}.
   *
   * @throws IllegalStateException when they are missing
   */
  public static void write(Path page, Part part, String text) throws IOException {
    String old = Files.readString(page);
    int begin = old.indexOf(part.begin);
    int end = old.indexOf(part.end);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "%s wants the lines '%s' and '%s'".formatted(page, part.begin, part.end));
    }
    Files.writeString(
        page, old.substring(0, begin + part.begin.length()) + "\n\n" + text + old.substring(end));
  }
}
