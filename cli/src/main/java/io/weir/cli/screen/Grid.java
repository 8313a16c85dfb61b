package io.weir.cli.screen;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A table for people: columns as wide as their widest cell, the last one cut to the terminal's
 * width. Not thread-safe.
 */
public final class Grid {
  private final int width;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param width of the terminal; 0 cuts nothing
   */
  public Grid(int width) {
    this.width = width;
  }

  /** Adds a row; control characters in its cells are shown as dots. */
  public void row(Object... cells) {
    var row = new ArrayList<String>();
    for (Object cell : cells) {
      row.add(printable(String.valueOf(cell)));
    }
    rows.add(row);
  }

  /** What came from outside can't play with the terminal. */
  public static String printable(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? '.' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** The lines. */
  public List<String> lines() {
    var widths = new ArrayList<Integer>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        if (i == widths.size()) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    var lines = new ArrayList<String>();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i));
        if (i < row.size() - 1) {
          line.append(" ".repeat(widths.get(i) - row.get(i).length() + 2));
        }
      }
      String whole = line.toString().stripTrailing();
      lines.add(width > 0 ? StateTable.cut(whole, width) : whole);
    }
    return lines;
  }

  public void print(PrintWriter out) {
    lines().forEach(out::println);
  }
}
