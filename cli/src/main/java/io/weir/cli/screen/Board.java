package io.weir.cli.screen;

import io.weir.localstack.PartState;
import java.io.Console;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows the states of the parts: a table that is redrawn in place on a terminal, else a line for
 * each change. Safe for use by several threads.
 */
public final class Board {

  // Narrow enough for any terminal that people use; asking its real width takes a native call.
  private static final int WIDTH = 118;

  private final PrintStream out;
  private final boolean terminal;
  private final Map<String, PartState> states = new LinkedHashMap<>();
  private final List<String> sayings = new ArrayList<>();
  private int drawn;

  private Board(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** A board on this stream; in place only when the console is a terminal. */
  public static Board on(PrintStream out, @Nullable Console console) {
    return new Board(out, console != null && console.isTerminal());
  }

  /** A board on this stream. */
  public static Board of(PrintStream out, boolean terminal) {
    return new Board(out, terminal);
  }

  /** Shows a part's state; the same state again changes nothing. */
  public synchronized void show(PartState state) {
    PartState before = states.put(state.name(), state);
    if (state.equals(before)) {
      return;
    }
    if (terminal) {
      draw();
    } else {
      out.println(StateTable.line(state));
    }
  }

  /** Says something below the table. */
  public synchronized void say(String text) {
    sayings.add(text);
    if (terminal) {
      draw();
    } else {
      out.println(text);
    }
  }

  /** The last states that were shown, in the order in which the parts came. */
  public synchronized Collection<PartState> states() {
    return List.copyOf(states.values());
  }

  private void draw() {
    if (drawn > 0) {
      // Up to its first line, and clear from there.
      out.print("\033[%dA\033[0J".formatted(drawn));
    }
    List<String> lines = new ArrayList<>(StateTable.lines(states.values()));
    lines.add("");
    lines.addAll(sayings);
    for (String line : lines) {
      out.println(StateTable.cut(line, WIDTH));
    }
    out.flush();
    drawn = lines.size();
  }
}
