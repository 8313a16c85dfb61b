package io.weir.entity.pipeline.text;

import java.util.Locale;

/**
 * One word of a text.
 *
 * @param text the word as written
 * @param start where it begins, in UTF-16 code units
 * @param end where it ends, exclusive
 * @param gap what stands between the word before and this one (or the start of the text)
 * @param opensSentence whether a sentence, heading, list item or quotation begins with it, so that
 *     its capital letter proves nothing
 */
public record Word(String text, int start, int end, String gap, boolean opensSentence) {

  /** In lower case, independent of the machine's locale. */
  public String lower() {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Begins with an upper-case or title-case letter. */
  public boolean isCapitalised() {
    int first = text.codePointAt(0);
    return Character.isUpperCase(first) || Character.isTitleCase(first);
  }

  /** Has at least two letters, all of them upper-case. */
  public boolean isAllCaps() {
    return text.codePoints().filter(Character::isLetter).count() >= 2
        && text.codePoints().filter(Character::isLetter).allMatch(Character::isUpperCase);
  }

  /** Has a letter. */
  public boolean hasLetter() {
    return text.codePoints().anyMatch(Character::isLetter);
  }

  /** Only blanks (one line break at most) stand between the word before and this one. */
  public boolean followsDirectly() {
    return !gap.isEmpty() && gap.isBlank() && gap.indexOf('\n') == gap.lastIndexOf('\n');
  }
}
