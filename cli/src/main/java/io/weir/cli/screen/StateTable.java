package io.weir.cli.screen;

import io.weir.localstack.PartState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The table of the parts as text. */
public final class StateTable {

  private StateTable() {}

  /** A heading and a line a part. */
  public static List<String> lines(Collection<PartState> states) {
    List<String> lines = new ArrayList<>();
    lines.add(line("part", "state", "pid", "url", ""));
    for (PartState state : states) {
      lines.add(line(state));
    }
    return lines;
  }

  /** One part. */
  public static String line(PartState state) {
    return line(
        state.name(),
        word(state.status()),
        state.pid() == 0 ? "-" : Long.toString(state.pid()),
        state.url(),
        state.detail());
  }

  /**
   * A line as wide as a terminal: what goes beyond would break a table that is redrawn in place.
   */
  static String cut(String line, int width) {
    return line.length() <= width ? line : line.substring(0, Math.max(0, width - 3)) + "...";
  }

  private static String line(String name, String state, String pid, String url, String detail) {
    return "%-18s %-11s %-8s %-28s %s".formatted(name, state, pid, url, detail).stripTrailing();
  }

  private static String word(PartState.Status status) {
    return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
