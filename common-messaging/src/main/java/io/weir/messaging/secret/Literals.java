package io.weir.messaging.secret;

import org.jspecify.annotations.Nullable;

/** Reads string literals of many languages, also such as stand inside another string, escaped. */
final class Literals {
  private static final int LONGEST = 4_000;

  /**
   * @param start offset of the first character inside the quotes
   * @param end offset after the last
   */
  record Literal(String text, int start, int end) {}

  private Literals() {}

  /** The length of the quote at {@code at}; 0 if none is there. */
  static int quote(String text, int at) {
    if (at >= text.length()) {
      return 0;
    }
    char c = text.charAt(at);
    if (c == '"' || c == '\'' || c == '`') {
      return 1;
    }
    if (c == '\\') {
      int i = at;
      while (i < text.length() && text.charAt(i) == '\\' && i - at < 7) {
        i++;
      }
      return i < text.length() && (text.charAt(i) == '"' || text.charAt(i) == '\'')
          ? i - at + 1
          : 0;
    }
    if (c == '&') {
      return text.startsWith("&quot;", at)
          ? 6
          : text.startsWith("&#39;", at) ? 5 : text.startsWith("&#34;", at) ? 5 : 0;
    }
    return 0;
  }

  /** Past what may stand between a sign of assignment and a literal: brackets, prefixes, casts. */
  static int skipOpening(String text, int from) {
    int i = from;
    for (String call :
        new String[] {
          "new String(",
          "String(",
          "Some(",
          "Optional.of(",
          "SecretStr(",
          "to_owned(",
          "[]byte(",
          "bytes(",
          "str("
        }) {
      if (text.startsWith(call, i)) {
        i += call.length();
        break;
      }
    }
    while (i < text.length() && i - from < 24 && "([ ".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    int prefix = i;
    while (prefix < text.length()
        && prefix - i < 2
        && "rRbBuUfFL@N$s".indexOf(text.charAt(prefix)) >= 0) {
      prefix++;
    }
    return prefix > i && quote(text, prefix) == 1 ? prefix : i;
  }

  /** The literal that opens with the quote of {@code length} characters at {@code at}. */
  static @Nullable Literal quoted(String text, int at, int length) {
    String mark = text.substring(at, at + length);
    int start = at + length;
    if (length == 1 && text.startsWith(mark + mark, start)) {
      start += 2; // three quotes
    }
    boolean escapes = length == 1;
    int limit = Math.min(text.length(), start + LONGEST);
    for (int i = start; i < limit; i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        return null;
      }
      if (text.startsWith(mark, i)) {
        return new Literal(text.substring(start, i), start, i);
      }
      if (c == '\\' && escapes) {
        i++;
      }
    }
    return null;
  }
}
