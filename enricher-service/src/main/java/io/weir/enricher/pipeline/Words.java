package io.weir.enricher.pipeline;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The distinct words of a text for comparing texts, by Unicode's word boundaries (dictionaries for
 * scripts without spaces).
 */
final class Words {
  private Words() {}

  static Set<String> of(String text) {
    var words = new LinkedHashSet<String>();
    BreakIterator boundaries = BreakIterator.getWordInstance(ULocale.ROOT);
    boundaries.setText(text);
    int start = boundaries.first();
    for (int end = boundaries.next();
        end != BreakIterator.DONE;
        start = end, end = boundaries.next()) {
      if (boundaries.getRuleStatus() != BreakIterator.WORD_NONE) {
        words.add(folded(text.substring(start, end)));
      }
    }
    return words;
  }

  // Both sides are folded alike, so an odd stem does no harm; it only lets "shoe" meet "shoes".
  private static String folded(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return lower.length() > 3 && lower.endsWith("s") && !lower.endsWith("ss")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }
}
