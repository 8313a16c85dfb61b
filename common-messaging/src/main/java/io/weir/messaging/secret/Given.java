package io.weir.messaging.secret;

import org.jspecify.annotations.Nullable;

/**
 * The way in which a name is given a value.
 *
 * @param sign what stands between
 * @param end the offset after it
 * @param spaced whether blanks stood around it
 */
record Given(Sign sign, int end, boolean spaced) {
  enum Sign {
    ASSIGN,
    COLON,
    COMPARE,
    FALLBACK,
    ARGUMENT,
    CALL,
    ELEMENT,
    FLAG,
    VALUE_FIELD
  }

  private static final int LONGEST_TYPE = 48;

  boolean isAssignment() {
    return sign == Sign.ASSIGN || sign == Sign.COLON || sign == Sign.VALUE_FIELD;
  }

  boolean mayBreakLine() {
    return sign == Sign.ASSIGN || sign == Sign.COLON || sign == Sign.ARGUMENT || sign == Sign.CALL;
  }

  /** Whether this way of giving makes {@code value} believable; lists and calls hold words too. */
  boolean believes(Names.Kind kind, String value) {
    return switch (sign) {
      case ASSIGN, COLON, VALUE_FIELD, FALLBACK, ELEMENT, FLAG -> true;
      case COMPARE, CALL -> kind == Names.Kind.PASSWORD || value.length() >= 12;
      case ARGUMENT -> Values.digits(value) > 0;
    };
  }

  /**
   * Reads the sign behind a name that ends at {@code at}.
   *
   * @param quoted whether a quote that closes the name has been read
   * @param nameStart for flags, which begin with dashes
   */
  static @Nullable Given read(String text, int at, boolean quoted, int nameStart) {
    int i = at;
    int length = text.length();
    if (i < length && text.charAt(i) == ']') {
      i++;
    } else if (i < length && text.charAt(i) == '[') {
      int close = i + 1;
      while (close < length && close - i < 6 && Character.isDigit(text.charAt(close))) {
        close++;
      }
      if (close >= length || text.charAt(close) != ']') {
        return null;
      }
      i = close + 1;
    } else if (i < length && text.charAt(i) == ')' && quoted) {
      return fallback(text, i + 1);
    }
    if (i < length
        && (text.charAt(i) == '?' || text.charAt(i) == '!')
        && i + 1 < length
        && text.charAt(i + 1) == ':') {
      i++;
    }
    int spaces = i;
    i = Assignments.skipSpace(text, i, false);
    boolean spaced = i > spaces;
    if (i >= length) {
      return null;
    }
    return switch (text.charAt(i)) {
      case '=' -> equal(text, i, spaced);
      case ':' -> colon(text, i, spaced);
      case '!' -> text.startsWith("!=", i) ? compare(text, i) : null;
      case '-' ->
          text.startsWith("->", i)
              ? new Given(Sign.COLON, i + 2, true)
              : flag(text, nameStart, i, spaced);
      case '<' -> text.startsWith("<-", i) ? new Given(Sign.ASSIGN, i + 2, true) : null;
      case ',' -> quoted ? field(text, i + 1, new Given(Sign.ARGUMENT, i + 1, spaced)) : null;
      case '(' -> new Given(Sign.CALL, i + 1, spaced);
      case '>' -> new Given(Sign.ELEMENT, i + 1, spaced);
      case '|', '?' -> fallback(text, i);
      default -> quoted ? field(text, i, null) : flag(text, nameStart, i, spaced);
    };
  }

  private static Given equal(String text, int i, boolean spaced) {
    if (text.startsWith("==", i) || text.startsWith("=~", i)) {
      return compare(text, i);
    }
    int end = text.startsWith("=>", i) ? i + 2 : i + 1;
    boolean after = end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t');
    return new Given(Sign.ASSIGN, end, spaced || after);
  }

  private static Given compare(String text, int i) {
    int end = i + 2;
    return new Given(
        Sign.COMPARE, end < text.length() && text.charAt(end) == '=' ? end + 1 : end, true);
  }

  /** A colon gives a value, or a type before the sign that gives one. */
  private static @Nullable Given colon(String text, int i, boolean spaced) {
    if (text.startsWith(":=", i)) {
      return new Given(Sign.ASSIGN, i + 2, true);
    }
    if (text.startsWith("::", i)) {
      return null;
    }
    int type = Assignments.skipSpace(text, i + 1, false);
    int end = type;
    while (end < text.length() && end - type < LONGEST_TYPE && isTypePart(text.charAt(end))) {
      end++;
    }
    if (end > type
        && end < text.length()
        && text.charAt(end) == '='
        && !text.startsWith("==", end)
        && Character.isLetter(text.charAt(type))) {
      return new Given(Sign.ASSIGN, end + 1, true);
    }
    boolean after =
        i + 1 < text.length() && (text.charAt(i + 1) == ' ' || text.charAt(i + 1) == '\t');
    return new Given(Sign.COLON, i + 1, spaced || after);
  }

  private static boolean isTypePart(char c) {
    return Character.isLetterOrDigit(c) || "_.<>?|&[] ".indexOf(c) >= 0;
  }

  /** {@code or "x"}, {@code || "x"}, {@code ?? "x"}, {@code ?: "x"}, or a comparison. */
  private static @Nullable Given fallback(String text, int from) {
    int i = Assignments.skipSpace(text, from, false);
    for (String sign : new String[] {"||", "??", "?:", "or ", "|| "}) {
      if (text.startsWith(sign, i)) {
        return new Given(Sign.FALLBACK, i + sign.length(), true);
      }
    }
    if (text.startsWith("==", i) || text.startsWith("!=", i)) {
      return compare(text, i);
    }
    return null;
  }

  /** {@code name="password" value="x"}, {@code "name": "DB_PASSWORD", "value": "x"}. */
  private static @Nullable Given field(String text, int from, @Nullable Given otherwise) {
    int i = Assignments.skipSpace(text, from, true);
    if (i < text.length() && text.charAt(i) == ',') {
      i = Assignments.skipSpace(text, i + 1, true);
    }
    int quote = Literals.quote(text, i);
    int word = i + quote;
    for (String field : new String[] {"value", "defaultValue", "default", "content"}) {
      if (text.regionMatches(true, word, field, 0, field.length())) {
        int end = word + field.length() + quote;
        end = Assignments.skipSpace(text, end, false);
        if (end < text.length() && (text.charAt(end) == '=' || text.charAt(end) == ':')) {
          return new Given(Sign.VALUE_FIELD, end + 1, true);
        }
      }
    }
    return otherwise;
  }

  /** {@code --password x}; or {@code var password string = "x"}, {@code password "x"}. */
  private static @Nullable Given flag(String text, int nameStart, int i, boolean spaced) {
    Given value = field(text, i, null);
    if (value != null || !spaced) {
      return value;
    }
    if (nameStart >= 1 && text.charAt(nameStart - 1) == '-') {
      return new Given(Sign.FLAG, i, true);
    }
    int end = i;
    while (end < text.length()
        && end - i < LONGEST_TYPE
        && isTypePart(text.charAt(end))
        && text.charAt(end) != ' ') {
      end++;
    }
    int sign = Assignments.skipSpace(text, end, false);
    if (end > i
        && sign < text.length()
        && text.charAt(sign) == '='
        && !text.startsWith("==", sign)
        && !text.startsWith("=>", sign)) {
      return new Given(Sign.ASSIGN, sign + 1, true);
    }
    return Literals.quote(text, i) == 1 ? new Given(Sign.ARGUMENT, i, true) : null;
  }
}
