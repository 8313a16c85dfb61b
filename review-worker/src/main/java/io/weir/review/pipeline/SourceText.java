package io.weir.review.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A file's text with its lines: {@code \n}, {@code \r\n} and {@code \r} end a line, as they do for
 * pylint and for whoever reads a finding.
 */
public final class SourceText {
  private static final String ENDS = "\n\r";

  /** As ECMAScript has them. */
  private static final String ENDS_OF_SCRIPTS = "\n\r\u2028\u2029";

  private final String text;
  private final String ends;
  private final List<Integer> starts = new ArrayList<>();

  public SourceText(String text) {
    this(text, ENDS);
  }

  /** The same text with the lines that linters of scripts count, which may be more. */
  public static SourceText ofScript(String text) {
    return new SourceText(text, ENDS_OF_SCRIPTS);
  }

  private SourceText(String text, String ends) {
    this.text = text;
    this.ends = ends;
    starts.add(0);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (ends.indexOf(c) >= 0 && !pair) {
        starts.add(i + 1);
      }
    }
  }

  public String text() {
    return text;
  }

  /** At least 1; a line break at the very end opens one more, empty line. */
  public int lineCount() {
    return starts.size();
  }

  /** Line {@code number} (1-based) without its line break; empty when there is no such line. */
  public String line(int number) {
    if (number < 1 || number > starts.size()) {
      return "";
    }
    int end = number < starts.size() ? starts.get(number) : text.length();
    int start = starts.get(number - 1);
    while (end > start && ends.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(start, end);
  }

  /** The offset at which line {@code number} (1-based, existing) starts. */
  public int startOf(int number) {
    return starts.get(number - 1);
  }

  /** Where {@code start} (inclusive) to {@code end} (exclusive) lies, by offsets into the text. */
  public Region region(int start, int end) {
    int startLine = lineAt(start);
    int endLine = Math.max(startLine, lineAt(end));
    return new Region(
        startLine,
        start - starts.get(startLine - 1) + 1,
        endLine,
        end - starts.get(endLine - 1) + 1);
  }

  /** A region of {@code other}, which is the same text with other lines. */
  public Region region(SourceText other, Region theirs) {
    return region(
        other.startOf(theirs.startLine()) + theirs.startColumn() - 1,
        other.startOf(theirs.endLine()) + theirs.endColumn() - 1);
  }

  /** A region that a tool reported, moved to lines and columns that exist. */
  public Region clamp(int startLine, int startColumn, int endLine, int endColumn) {
    int first = Math.clamp(startLine, 1, lineCount());
    int last = Math.clamp(endLine, first, lineCount());
    int from = Math.clamp(startColumn, 1, line(first).length() + 1);
    int to =
        Math.clamp(endColumn, last == first ? from : 1, Math.max(from, line(last).length() + 1));
    return new Region(first, from, last, to);
  }

  /**
   * The 1-based UTF-16 column in line {@code number} of a 0-based offset in UTF-8 bytes, as pylint
   * counts.
   */
  public int columnOfUtf8Offset(int number, int bytes) {
    String line = line(number);
    int seen = 0;
    int column = 0;
    while (column < line.length() && seen < bytes) {
      int point = line.codePointAt(column);
      seen += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
      column += Character.charCount(point);
    }
    return column + 1;
  }

  private int lineAt(int offset) {
    int low = 0;
    int high = starts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts.get(middle) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low + 1;
  }
}
