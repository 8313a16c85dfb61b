package io.weir.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The page that shows the results: what people wrote stays, what is between markers is ours. */
public final class Readme {
  private static final String BEGIN = "<!-- results: begin (./weir bench writes what follows) -->";
  private static final String END = "<!-- results: end -->";

  private Readme() {}

  /**
   * Puts tables and plots into {@code page}.
   *
   * @throws IllegalStateException when its markers are missing
   */
  public static void write(Path page, String tables, Map<String, String> plots) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "%s wants the lines '%s' and '%s'".formatted(page, BEGIN, END));
    }
    var results = new StringBuilder("\n\n");
    plots.forEach((file, title) -> results.append("![%s](%s)\n\n".formatted(title, file)));
    results.append(tables);
    Files.writeString(
        page, text.substring(0, begin + BEGIN.length()) + results + text.substring(end));
  }
}
