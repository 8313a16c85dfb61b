package io.weir.messaging.secret;

/**
 * Texts that are one word: ids, above all, of which each message brings one. No address, command or
 * assignment has room in a word, and no armour of a key: they want a space, a colon or an equals
 * sign. So only a provider's key can be there, and where all is hexadecimal not even that.
 */
final class OneWord {
  enum Kind {
    /** More than a word, or one that ends like the beginning of something. */
    NONE,
    WORD,
    /** Small hexadecimal digits and dashes: a UUID, a trace id. */
    HEXADECIMAL
  }

  private static final int LONGEST = 256;

  private OneWord() {}

  static Kind kind(String text) {
    int length = text.length();
    if (length == 0 || length > LONGEST || !isLetterOrDigit(text.charAt(length - 1))) {
      return Kind.NONE;
    }
    boolean hexadecimal = true;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!isHexadecimal(c)) {
        hexadecimal = false;
        if (!isLetterOrDigit(c) && c != '_' && c != '.') {
          return Kind.NONE;
        }
      }
    }
    return hexadecimal ? Kind.HEXADECIMAL : Kind.WORD;
  }

  static boolean isHexadecimal(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
