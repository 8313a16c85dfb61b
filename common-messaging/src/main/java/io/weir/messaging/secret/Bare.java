package io.weir.messaging.secret;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Values without quotes. In settings files, logs and commands they are secrets; in code they are
 * expressions, so that a value must look like no code, the more so the less its line looks like a
 * setting.
 */
final class Bare {
  private static final Pattern UPPER_NAME = Pattern.compile("[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*");
  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "[*!&$-]?[A-Za-z_][A-Za-z0-9_]*(?:(?:\\.|::|->|/|-|\\?\\.)[A-Za-z_][A-Za-z0-9_]*)*[.:?!]?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(?:\\.[0-9]+)?");
  private static final int LONGEST = 256;

  private Bare() {}

  static void judge(
      String text,
      int nameStart,
      int nameEnd,
      String name,
      Names.Kind kind,
      Given given,
      int at,
      List<FoundSecret> found) {
    if (given.sign() == Given.Sign.CALL
        || given.sign() == Given.Sign.ARGUMENT
        || given.sign() == Given.Sign.COMPARE
        || given.sign() == Given.Sign.FALLBACK) {
      return;
    }
    boolean wholeLine = given.sign() != Given.Sign.FLAG && beginsLine(text, nameStart);
    boolean setting =
        given.sign() == Given.Sign.VALUE_FIELD
            || (wholeLine && isSetting(text, nameEnd, name, given));
    boolean query = nameStart > 0 && "?&".indexOf(text.charAt(nameStart - 1)) >= 0;
    int end = end(text, at, setting, query, given.sign() == Given.Sign.ELEMENT);
    String value = text.substring(at, end);
    if (!setting && !value.isEmpty() && ".,:".indexOf(value.charAt(value.length() - 1)) >= 0) {
      value = value.substring(0, value.length() - 1);
    }
    if (value.isEmpty()
        || (!setting && value.indexOf('=') >= 0 && value.indexOf('=') < value.length() - 2)
        || !Values.isSecret(kind, name, value)) {
      return;
    }
    char next = end < text.length() ? text.charAt(end) : '\n';
    boolean alone = wholeLine && endsLine(text, end);
    if (believed(kind, given, value, next, setting, query, alone)) {
      found.add(Assignments.named(at, at + value.length()));
    }
  }

  private static boolean believed(
      Names.Kind kind,
      Given given,
      String value,
      char next,
      boolean setting,
      boolean query,
      boolean alone) {
    boolean identifier = IDENTIFIER.matcher(value).matches();
    int digits = Values.digits(value);
    if (given.sign() == Given.Sign.ELEMENT) {
      return next == '<';
    }
    if (given.sign() == Given.Sign.FLAG) {
      return !identifier || digits > 0 || kind == Names.Kind.PASSWORD;
    }
    if (setting || (query && !given.spaced())) {
      return true;
    }
    if ("([{.".indexOf(next) >= 0 || (next == '<' && identifier)) {
      return false;
    }
    if (NUMBER.matcher(value).matches()) {
      return kind == Names.Kind.PASSWORD && (alone || !given.spaced());
    }
    if (!identifier) {
      return digits > 0 && value.chars().anyMatch(Character::isLetter);
    }
    // The whole of a YAML line is a value; "password: hunter2" is more often that than a type.
    if (alone && given.sign() == Given.Sign.COLON) {
      return kind == Names.Kind.PASSWORD || digits > 0;
    }
    return digits > 2 || (digits > 0 && Values.looksRandom(value));
  }

  /** {@code DB_PASSWORD=x}, {@code spring.datasource.password=x}: no language writes so. */
  private static boolean isSetting(String text, int nameEnd, String name, Given given) {
    if (given.sign() != Given.Sign.ASSIGN
        || nameEnd >= text.length()
        || text.charAt(nameEnd) != '=') {
      return false;
    }
    if (given.spaced()) {
      return false;
    }
    return UPPER_NAME.matcher(name).matches()
        || (name.indexOf('.') > 0 && !name.startsWith("self.") && !name.startsWith("this."))
        || name.indexOf('-') > 0;
  }

  private static boolean beginsLine(String text, int nameStart) {
    int i = nameStart - 1;
    while (i >= 0 && nameStart - i < 60 && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
      i--;
    }
    String before = text.substring(i + 1, nameStart).strip();
    return switch (before) {
      case "",
          "export",
          "ENV",
          "ARG",
          "set",
          "-e",
          "-",
          "- -",
          "#",
          "//",
          "setx",
          "env",
          "--env",
          "SET",
          "*" ->
          true;
      default -> before.endsWith(" -e") || before.endsWith("export") || before.endsWith("ENV");
    };
  }

  private static boolean endsLine(String text, int end) {
    int i = end;
    while (i < text.length()
        && i - end < 200
        && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
      i++;
    }
    return i >= text.length()
        || text.charAt(i) == '\n'
        || text.charAt(i) == '\r'
        || (i > end && text.charAt(i) == '#');
  }

  private static int end(String text, int at, boolean setting, boolean query, boolean element) {
    int limit = Math.min(text.length(), at + LONGEST);
    int i = at;
    while (i < limit) {
      char c = text.charAt(i);
      if (c <= ' ' || c == '"' || c == '\'' || c == '`') {
        break;
      }
      if (element
          ? c == '<'
          : query ? "&#<>".indexOf(c) >= 0 : !setting && ",;<>(){}[]|".indexOf(c) >= 0) {
        break;
      }
      if (c == '\\' && !setting) {
        break;
      }
      i++;
    }
    return i;
  }
}
