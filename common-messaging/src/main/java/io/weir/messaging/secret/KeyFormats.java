package io.weir.messaging.secret;

import io.weir.messaging.secret.FoundSecret.Certainty;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;

/**
 * Keys that tell by their own form whose they are. One walk over the text: a character that may
 * begin a key's fixed part is looked up, and only what follows such a part is matched, in a bounded
 * stretch and without backtracking.
 */
final class KeyFormats {
  private static final int LONG = 1_000;
  private static final int ASCII = 128;
  private static final List<List<KeyFormat>> BY_FIRST = byFirst();
  private static final BitSet FIRST_TWO = firstTwo();

  /** Whether a text of hexadecimal digits and dashes may hold the fixed part of a key. */
  static final boolean BEGIN_IN_HEXADECIMAL =
      KeyFormatTable.FORMATS.stream()
          .anyMatch(format -> format.anchor().chars().allMatch(OneWord::isHexadecimal));

  private KeyFormats() {}

  static void find(String text, List<FoundSecret> found) {
    int length = text.length();
    // A long token that failed here fails at every later anchor of the same run of characters.
    int noLongBefore = 0;
    for (int i = 0; i + 1 < length; i++) {
      char c = text.charAt(i);
      if (!begins(c, text.charAt(i + 1))) {
        continue;
      }
      int end = -1;
      boolean failedLong = false;
      for (KeyFormat format : BY_FIRST.get(c)) {
        if (end > i || !text.startsWith(format.anchor(), i)) {
          continue;
        }
        boolean isLong = format.longest() > LONG;
        if (!isLong || i >= noLongBefore) {
          end = Math.max(end, tried(text, i, format, found));
          failedLong |= isLong && end < 0;
        }
      }
      if (end > i) {
        i = end - 1;
      } else if (failedLong) {
        noLongBefore = runEnd(text, i);
      }
    }
  }

  private static boolean begins(char first, char second) {
    return first < ASCII && second < ASCII && FIRST_TWO.get(first * ASCII + second);
  }

  /**
   * The first two characters of all fixed parts: few texts have any, and logs are full of texts.
   */
  private static BitSet firstTwo() {
    var pairs = new BitSet(ASCII * ASCII);
    for (KeyFormat format : KeyFormatTable.FORMATS) {
      pairs.set(format.anchor().charAt(0) * ASCII + format.anchor().charAt(1));
    }
    return pairs;
  }

  private static int runEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isTokenCharacter(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isTokenCharacter(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '+' || c == '/' || c == '=';
  }

  /** The offset after the key that begins with the anchor at {@code at}; -1 if none does. */
  private static int tried(String text, int at, KeyFormat format, List<FoundSecret> found) {
    int start = at - format.before();
    if (start < 0 || (format.bounded() && !isBoundary(text, start))) {
      return -1;
    }
    Matcher matcher = format.pattern().matcher(text);
    matcher.region(start, Math.min(text.length(), start + format.longest()));
    matcher.useAnchoringBounds(false).useTransparentBounds(true);
    if (!matcher.lookingAt()) {
      return -1;
    }
    String key = matcher.group(1);
    boolean verified = Checksums.isRight(format.rule(), key);
    if (!verified && (Placeholders.isStandInKey(key) || !hasSubstance(key))) {
      return -1;
    }
    found.add(
        FoundSecret.whole(
            format.rule(),
            format.title(),
            verified ? Certainty.VERIFIED : Certainty.FORMAT,
            matcher.start(1),
            matcher.end(1)));
    return matcher.end(1);
  }

  // Where a form alone says too little, it must not be the tail of a word; the n of a "\\n" escape
  // is no word.
  private static boolean isBoundary(String text, int at) {
    if (at == 0) {
      return true;
    }
    char before = text.charAt(at - 1);
    if (!Character.isLetterOrDigit(before) && before != '_') {
      return true;
    }
    return at >= 2 && text.charAt(at - 2) == '\\' && "nrt".indexOf(before) >= 0;
  }

  // "sk-xxxxxxxxxxxxxxxxxxxxxxxx" and "Basic authentication_required" have the form only.
  static boolean hasSubstance(String value) {
    if (value.length() < 16) {
      return true;
    }
    boolean marked = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      marked |= (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }
    return marked && value.chars().distinct().limit(8).count() >= 8;
  }

  private static List<List<KeyFormat>> byFirst() {
    var table = new ArrayList<List<KeyFormat>>();
    for (int c = 0; c < ASCII; c++) {
      table.add(new ArrayList<>());
    }
    for (KeyFormat format : KeyFormatTable.FORMATS) {
      table.get(format.anchor().charAt(0)).add(format);
    }
    return table.stream().map(List::copyOf).toList();
  }
}
