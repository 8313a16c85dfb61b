package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.text.Scripts;
import java.util.ArrayList;
import java.util.List;

/**
 * Identifiers of program code, in prose as well: {@code camelCase}, {@code PascalCase} of two humps
 * or more, {@code snake_case}, {@code SCREAMING_CASE}, qualified names ({@code a::b}, {@code
 * Type#member}, {@code io.weir.SomeType}) and calls ({@code load(), os.path.join(a)}; the brackets
 * stay outside). A hand scanner, linear in the text.
 */
public final class CodeSymbols implements Recogniser {
  private static final String SOURCE = "code_symbol";

  @Override
  public String source() {
    return SOURCE;
  }

  @Override
  public List<Entity> recognise(TextField field) {
    String text = field.text();
    var entities = new ArrayList<Entity>();
    int at = 0;
    while (at < text.length()) {
      if (!isStart(text.charAt(at)) || !Scripts.isBoundary(text, at)) {
        at++;
        continue;
      }
      int end = endOfName(text, at);
      if (Scripts.isBoundary(text, end) && !isPartOfAddress(text, at, end)) {
        double confidence = confidence(text, at, end);
        if (confidence > 0) {
          entities.add(Entity.at(field, at, end, EntityType.CODE_SYMBOL, confidence, SOURCE));
        }
      }
      at = Math.max(end, at + 1);
    }
    return entities;
  }

  /** The end of identifiers joined by dots, "::" or "#"; a dot before a blank ends a sentence. */
  private static int endOfName(String text, int start) {
    int end = endOfPart(text, start);
    while (end < text.length()) {
      int joint =
          text.startsWith("::", end) || text.startsWith("->", end)
              ? 2
              : text.charAt(end) == '.' || text.charAt(end) == '#' ? 1 : 0;
      int next = end + joint;
      if (joint == 0 || next >= text.length() || !isStart(text.charAt(next))) {
        return end;
      }
      end = endOfPart(text, next);
    }
    return end;
  }

  private static int endOfPart(String text, int start) {
    int at = start;
    while (at < text.length() && (isStart(text.charAt(at)) || isDigit(text.charAt(at)))) {
      at++;
    }
    return at;
  }

  private static double confidence(String text, int start, int end) {
    String name = text.substring(start, end);
    boolean called = end < text.length() && text.charAt(end) == '(';
    boolean emptyCall = called && text.startsWith("()", end);
    boolean joinedByColons = name.contains("::") || name.contains("->");
    boolean qualified = joinedByColons || name.indexOf('.') > 0 || name.indexOf('#') > 0;
    boolean shaped = false;
    for (String part : parts(name)) {
      shaped |= isSnake(part) || isCamel(part);
    }
    if (emptyCall || (called && (qualified || shaped))) {
      return 0.95;
    }
    if (joinedByColons && name.length() > 3) {
      return 0.9;
    }
    return shaped ? 0.85 : 0;
  }

  private static List<String> parts(String name) {
    var parts = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == name.length() || (!isStart(name.charAt(i)) && !isDigit(name.charAt(i)))) {
        parts.add(name.substring(start, i));
        start = i + 1;
      }
    }
    return parts;
  }

  private static boolean isSnake(String part) {
    String inner = strip(part);
    boolean dunder = part.startsWith("__") && part.endsWith("__") && inner.length() > 1;
    return dunder || (inner.indexOf('_') > 0 && hasLetters(inner, 2) && inner.length() > 3);
  }

  /** A lower-case letter before an upper-case one, not a name such as McDonald or MacArthur. */
  private static boolean isCamel(String part) {
    if (part.startsWith("Mc") || part.startsWith("Mac") || !hasLetters(part, 4)) {
      return false;
    }
    int humps = 0;
    // One small letter before a capital is a brand ("iPod", "LaTeX"), two and more are a word.
    for (int i = 2; i < part.length(); i++) {
      boolean hump =
          Character.isUpperCase(part.charAt(i))
              && isLowerOrDigit(part.charAt(i - 1))
              && isLowerOrDigit(part.charAt(i - 2));
      // The last letter alone is a plural or a brand ("PhDs", "IoT"), not a hump.
      boolean followed = i + 1 < part.length() && Character.isLowerCase(part.charAt(i + 1));
      boolean acronym = i + 1 < part.length() && Character.isUpperCase(part.charAt(i + 1));
      humps += hump && (followed || acronym) ? 1 : 0;
    }
    return humps > 0;
  }

  private static String strip(String part) {
    int start = 0;
    int end = part.length();
    while (start < end && part.charAt(start) == '_') {
      start++;
    }
    while (end > start && part.charAt(end - 1) == '_') {
      end--;
    }
    return part.substring(start, end);
  }

  private static boolean hasLetters(String part, int least) {
    return part.chars().filter(Character::isLetter).count() >= least;
  }

  private static boolean isPartOfAddress(String text, int start, int end) {
    char before = start == 0 ? 0 : text.charAt(start - 1);
    char after = end >= text.length() ? 0 : text.charAt(end);
    return before == '@' || after == '@' || text.startsWith("://", end);
  }

  private static boolean isStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLowerOrDigit(char c) {
    return Character.isLowerCase(c) || isDigit(c);
  }
}
