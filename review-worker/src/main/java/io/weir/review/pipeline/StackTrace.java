package io.weir.review.pipeline;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * The last error in a log: its type, message and frames, innermost first. Understands Python's,
 * Java's and JavaScript's traces.
 *
 * @param type such as {@code ValueError} or {@code java.lang.IllegalStateException}; empty when
 *     none was recognised
 */
public record StackTrace(String type, String message, List<Frame> frames) {
  /**
   * One call; {@code column} is 0 when the trace has none, {@code function} is empty when it names
   * none.
   */
  public record Frame(String file, int line, int column, String function) {}

  private static final Pattern ERROR =
      Pattern.compile(
          "(?m)^[ \\t]*(?:Uncaught |Caused by: |Exception in thread \"[^\"\\n]*\" )?"
              + "((?:[A-Za-z_$][A-Za-z0-9_$]*\\.)*[A-Z][A-Za-z0-9_$]*(?:Error|Exception|Warning|Interrupt|Exit|Fault))"
              + "(?::[ \\t]*([^\\n\\r]*))?[ \\t]*\\r?$");
  private static final Pattern PYTHON =
      Pattern.compile("File \"([^\"\\n]+)\", line ([0-9]{1,7})(?:, in ([^\\n\\r]+))?");
  private static final Pattern JAVA =
      Pattern.compile(
          "(?m)^[ \\t]*at ([A-Za-z0-9_$.<>/@-]+)\\(([A-Za-z0-9_$-]+\\.[a-z]+):([0-9]{1,7})\\)");
  private static final Pattern JAVASCRIPT =
      Pattern.compile(
          "(?m)^[ \\t]*at (?:([^\\n(]+) \\()?([^\\s()][^\\n()]*):([0-9]{1,7}):([0-9]{1,7})\\)?[ \\t]*\\r?$");

  public StackTrace {
    frames = List.copyOf(frames);
  }

  public static StackTrace parse(String log) {
    List<Frame> python = python(log);
    List<Frame> frames = python;
    if (frames.isEmpty()) {
      frames = java(log);
    }
    if (frames.isEmpty()) {
      frames = javascript(log);
    }
    String type = "";
    String message = "";
    Matcher error = ERROR.matcher(log);
    // Python says the error after its frames, so the last one counts; the others say it first.
    while ((type.isEmpty() || !python.isEmpty()) && error.find()) {
      type = error.group(1);
      message = error.group(2) == null ? "" : error.group(2).strip();
    }
    return new StackTrace(type, message, frames);
  }

  private static List<Frame> python(String log) {
    var frames = new ArrayList<Frame>();
    Matcher matcher = PYTHON.matcher(log);
    while (matcher.find()) {
      String function = matcher.group(3) == null ? "" : matcher.group(3).strip();
      frames.addFirst(new Frame(matcher.group(1), Integer.parseInt(matcher.group(2)), 0, function));
    }
    return frames;
  }

  private static List<Frame> java(String log) {
    var frames = new ArrayList<Frame>();
    Matcher matcher = JAVA.matcher(log);
    while (matcher.find()) {
      frames.add(
          new Frame(matcher.group(2), Integer.parseInt(matcher.group(3)), 0, matcher.group(1)));
    }
    return frames;
  }

  private static List<Frame> javascript(String log) {
    var frames = new ArrayList<Frame>();
    Matcher matcher = JAVASCRIPT.matcher(log);
    while (matcher.find()) {
      frames.add(
          new Frame(
              matcher.group(2),
              Integer.parseInt(matcher.group(3)),
              Integer.parseInt(matcher.group(4)),
              matcher.group(1) == null ? "" : matcher.group(1).strip()));
    }
    return frames;
  }
}
