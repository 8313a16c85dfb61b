package io.weir.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Horizontal bars in groups, each with its name and its value written beside it, as an SVG of a few
 * kilobytes whose text stays text. Drawing libraries turn text into outlines and need the machine's
 * fonts.
 *
 * @param line a value to be marked by a line across all bars; 0 for none
 * @param written how a value is written beside its bar
 */
record BarChart(String title, List<Bar> bars, double line, DoubleFunction<String> written) {
  private static final int WIDTH = 860;
  private static final int NAMES = 270;
  private static final int VALUES = 80;
  private static final int BAR = 15;
  private static final int STEP = 19;
  private static final int GAP = 26;
  private static final int TOP = 40;

  /**
   * A bar.
   *
   * @param group bars of one group stand together under its name
   * @param color as SVG writes it
   */
  record Bar(String group, String name, double value, String color) {}

  String svg() {
    double most = Math.max(line, bars.stream().mapToDouble(Bar::value).max().orElse(1));
    double scale = (WIDTH - NAMES - VALUES) / most;
    var parts = new ArrayList<String>();
    parts.add(text(10, 20, "start", "font-weight=\"bold\" font-size=\"14\"", title));
    String group = "";
    int y = TOP;
    for (Bar bar : bars) {
      if (!bar.group().equals(group)) {
        group = bar.group();
        y += GAP;
        parts.add(text(10, y - 8, "start", "font-weight=\"bold\"", group));
      }
      double length = bar.value() * scale;
      parts.add(text(NAMES - 8, y + 12, "end", "", bar.name()));
      parts.add(
          "<rect x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"%s\"/>"
              .formatted(NAMES, y, number(length), BAR, bar.color()));
      parts.add(text(NAMES + length + 5, y + 12, "start", "", written.apply(bar.value())));
      y += STEP;
    }
    if (line > 0) {
      parts.add(
          "<line x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#444\" stroke-dasharray=\"4 3\"/>"
              .formatted(number(NAMES + line * scale), TOP, y));
    }
    int height = y + 10;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" font-family="sans-serif" font-size="12">
    <rect width="%1$d" height="%2$d" fill="#fff"/>
    %3$s
    </svg>
    """
        .formatted(WIDTH, height, String.join("\n", parts));
  }

  private static String text(double x, int y, String anchor, String more, String content) {
    return "<text x=\"%s\" y=\"%d\" text-anchor=\"%s\" %s>%s</text>"
        .formatted(
            number(x),
            y,
            anchor,
            more,
            content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
