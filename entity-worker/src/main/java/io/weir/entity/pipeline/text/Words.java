package io.weir.entity.pipeline.text;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into words with offsets. Hyphens and apostrophes between letters belong to the word
 * ("Jean-Luc", "O'Brien"), a possessive ending does not; dots and commas belong to it between
 * digits. Scripts without spaces give one word for each run of one script. Linear in the length of
 * the text; stateless.
 */
public final class Words {
  private static final String SENTENCE_ENDS = ".!?…。！？";
  // A capital letter after one of these proves nothing either.
  private static final String OPENERS = ":;\"“”„«»•|#*>`。";

  private Words() {}

  /** The words of {@code text} in order. */
  public static List<Word> of(String text) {
    var words = new ArrayList<Word>();
    int previousEnd = 0;
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      if (!Scripts.isWordStart(codePoint)) {
        at += Character.charCount(codePoint);
        continue;
      }
      int end = Scripts.isUnsegmented(codePoint) ? endOfRun(text, at) : withoutPossessive(text, at);
      String gap = text.substring(previousEnd, at);
      boolean opens = words.isEmpty() || opensSentence(words.getLast(), gap);
      words.add(new Word(text.substring(at, end), at, end, gap, opens));
      previousEnd = end;
      at = isPossessive(text, end) ? end + 2 : end;
    }
    return List.copyOf(words);
  }

  private static int endOfRun(String text, int start) {
    UnicodeScript script = UnicodeScript.of(text.codePointAt(start));
    int at = start;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      UnicodeScript here = UnicodeScript.of(codePoint);
      boolean same = here == script || here == UnicodeScript.INHERITED || codePoint == 0x30FC;
      if (!same || !Scripts.isWordPart(codePoint)) {
        break;
      }
      at += Character.charCount(codePoint);
    }
    return Math.max(at, start + Character.charCount(text.codePointAt(start)));
  }

  private static int withoutPossessive(String text, int start) {
    int end = endOfWord(text, start);
    return end - start > 2 && isPossessive(text, end - 2) ? end - 2 : end;
  }

  private static boolean isPossessive(String text, int at) {
    return at + 1 < text.length()
        && isApostrophe(text.charAt(at))
        && (text.charAt(at + 1) == 's' || text.charAt(at + 1) == 'S')
        && Scripts.isBoundary(text, at + 2);
  }

  private static int endOfWord(String text, int start) {
    int at = start;
    int previous = -1;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      int next = at + Character.charCount(codePoint);
      if (Scripts.isUnsegmented(codePoint)) {
        break;
      }
      boolean inside = Scripts.isWordPart(codePoint);
      if (!inside && previous >= 0 && next < text.length()) {
        int following = text.codePointAt(next);
        inside = !Scripts.isUnsegmented(following) && connects(previous, codePoint, following);
      }
      if (!inside) {
        break;
      }
      previous = codePoint;
      at = next;
    }
    return at;
  }

  private static boolean connects(int before, int connector, int after) {
    return switch (connector) {
      case '-', '\u2010', '\u2011' ->
          Character.isLetterOrDigit(before) && Character.isLetterOrDigit(after);
      case '\'', '’' -> Character.isLetter(before) && Character.isLetter(after);
      case '.', ',' -> Character.isDigit(before) && Character.isDigit(after);
      default -> false;
    };
  }

  private static boolean isApostrophe(char c) {
    return c == '\'' || c == '’';
  }

  private static boolean opensSentence(Word previous, String gap) {
    int lastBreak = gap.lastIndexOf('\n');
    if (lastBreak >= 0 && (gap.indexOf('\n') < lastBreak || !gap.substring(lastBreak).isBlank())) {
      return true;
    }
    for (int i = 0; i < gap.length(); i++) {
      char c = gap.charAt(i);
      if (OPENERS.indexOf(c) >= 0) {
        return true;
      }
      if (SENTENCE_ENDS.indexOf(c) >= 0
          && !(c == '.' && i == 0 && endsWithoutStop(previous, gap))) {
        return true;
      }
    }
    return false;
  }

  // "Dr. Watson", "J. R. R. Tolkien": the dot belongs to the word before.
  private static boolean endsWithoutStop(Word previous, String gap) {
    boolean initial = previous.text().length() == 1 && previous.isCapitalised();
    return (initial || EnglishWords.ABBREVIATIONS.contains(previous.lower()))
        && gap.substring(1).isBlank();
  }
}
