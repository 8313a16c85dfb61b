package io.weir.entity.pipeline.text;

import java.lang.Character.UnicodeScript;

/** What a code point means for where words begin and end. Stateless. */
public final class Scripts {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private Scripts() {}

  /** A letter, digit or underscore. */
  public static boolean isWordStart(int codePoint) {
    return Character.isLetterOrDigit(codePoint) || codePoint == '_';
  }

  /** What may follow inside a word: a letter, digit, underscore, combining mark or joiner. */
  public static boolean isWordPart(int codePoint) {
    return isWordStart(codePoint)
        || codePoint == ZERO_WIDTH_NON_JOINER
        || codePoint == ZERO_WIDTH_JOINER
        || isMark(codePoint);
  }

  /** A combining mark: it belongs to the letter before it. */
  public static boolean isMark(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /**
   * Whether the script of {@code codePoint} is written without spaces between words (or, as Hangul,
   * glues particles to names), so that a neighbour from another script starts a new word.
   */
  public static boolean isUnsegmented(int codePoint) {
    if (codePoint < 0x0E00) {
      return false;
    }
    // The mark of long vowels belongs to no single script.
    return codePoint == 0x30FC
        || switch (UnicodeScript.of(codePoint)) {
          case HAN, HIRAGANA, KATAKANA, HANGUL, THAI, LAO, KHMER, MYANMAR -> true;
          default -> false;
        };
  }

  /**
   * Whether a word may begin or end at {@code index}: never between two characters of one word of a
   * spaced script, nor before a combining mark or inside a surrogate pair.
   */
  public static boolean isBoundary(String text, int index) {
    if (index <= 0 || index >= text.length()) {
      return true;
    }
    int before = text.codePointBefore(index);
    int after = text.codePointAt(index);
    if (isMark(after) || splitsPair(text, index)) {
      return false;
    }
    return !(joins(before) && joins(after));
  }

  /** Whether {@code index} lies between the two halves of one surrogate pair. */
  public static boolean splitsPair(String text, int index) {
    return index > 0
        && index < text.length()
        && Character.isHighSurrogate(text.charAt(index - 1))
        && Character.isLowSurrogate(text.charAt(index));
  }

  private static boolean joins(int codePoint) {
    return isWordPart(codePoint) && !isUnsegmented(codePoint);
  }
}
