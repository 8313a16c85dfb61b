package io.weir.enricher.pipeline;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.ArrayList;
import java.util.List;

/** Cuts a text into sentences by Unicode's rules; a line break ends one too. */
final class Sentences {
  /**
   * Where a sentence stands, in UTF-16 code units, without the white space around it.
   *
   * @param end exclusive
   */
  record Span(int start, int end) {}

  private Sentences() {}

  static List<Span> of(String text, ULocale locale) {
    var spans = new ArrayList<Span>();
    BreakIterator boundaries = BreakIterator.getSentenceInstance(locale);
    boundaries.setText(text);
    int start = boundaries.first();
    for (int end = boundaries.next();
        end != BreakIterator.DONE;
        start = end, end = boundaries.next()) {
      lines(text, start, end, spans);
    }
    return spans;
  }

  private static void lines(String text, int from, int to, List<Span> spans) {
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i == to || text.charAt(i) == '\n') {
        trimmed(text, start, i, spans);
        start = i + 1;
      }
    }
  }

  private static void trimmed(String text, int from, int to, List<Span> spans) {
    int start = from;
    int end = to;
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    if (start < end) {
      spans.add(new Span(start, end));
    }
  }
}
