package io.weir.messaging.secret;

import io.weir.messaging.secret.FoundSecret.Certainty;
import io.weir.messaging.secret.Literals.Literal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Literals that are given to names: those whose name says that they are secret, and those that look
 * random whatever their name. A walk by hand: each name is read once, and what follows it at most a
 * line.
 */
final class Assignments {
  private static final int LONGEST_GAP = 200;
  private static final int LONGEST_NAME = 100;
  private static final int SHORTEST_RANDOM = 20;

  private final String text;
  private final boolean random;
  private final List<FoundSecret> found;
  // A text gives the same few names again and again.
  private final Map<String, Names.Kind> kinds = new HashMap<>();

  private Assignments(String text, boolean random, List<FoundSecret> found) {
    this.text = text;
    this.random = random;
    this.found = found;
  }

  /**
   * @param random whether literals count that only look random
   */
  static void find(String text, boolean random, List<FoundSecret> found) {
    new Assignments(text, random, found).find();
  }

  private void find() {
    int length = text.length();
    int i = 0;
    while (i < length) {
      if (!isNameStart(text.charAt(i))) {
        i++;
        continue;
      }
      int end = i + 1;
      while (end < length && isNamePart(text, end)) {
        end++;
      }
      given(i, trimmed(text, i, end));
      i = end;
    }
  }

  private void given(int start, int end) {
    int quote = Literals.quote(text, end);
    if (quote == 0 && !mayBeGiven(text, end)) {
      return;
    }
    Given given = Given.read(text, end + quote, quote > 0, start);
    if (given == null) {
      return;
    }
    String name = text.substring(Math.max(start, end - LONGEST_NAME), end);
    Names.Kind kind = kinds.computeIfAbsent(name, Names::kind);
    if (kind == Names.Kind.NONE && !random) {
      return;
    }
    int at = Literals.skipOpening(text, skipSpace(text, given.end(), given.mayBreakLine()));
    int opening = Literals.quote(text, at);
    if (opening > 0) {
      Literal literal = Literals.quoted(text, at, opening);
      if (literal != null) {
        judge(name, kind, given, literal);
      }
    } else if (kind != Names.Kind.NONE) {
      Bare.judge(text, start, end, name, kind, given, at, found);
    }
  }

  private void judge(String name, Names.Kind kind, Given given, Literal literal) {
    String value = literal.text();
    if (kind != Names.Kind.NONE
        && !value.isEmpty()
        && given.believes(kind, value)
        && Values.isSecret(kind, name, value)) {
      found.add(named(literal.start(), literal.end()));
    } else if (random
        && given.isAssignment()
        && value.length() >= SHORTEST_RANDOM
        && (kind != Names.Kind.NONE || Names.mayBeRandom(name))
        && Values.isRandomLiteral(value)) {
      found.add(
          FoundSecret.whole(
              "high-entropy-string",
              "random-looking string assigned to a name",
              Certainty.RANDOM,
              literal.start(),
              literal.end()));
    }
  }

  static FoundSecret named(int start, int end) {
    return FoundSecret.whole(
        "hardcoded-secret", "secret assigned to a name", Certainty.NAME, start, end);
  }

  static int skipSpace(String text, int from, boolean mayBreakLine) {
    int i = from;
    int limit = Math.min(text.length(), from + LONGEST_GAP);
    int breaks = 0;
    while (i < limit) {
      char c = text.charAt(i);
      if (c == '\n') {
        if (!mayBreakLine || ++breaks > 1) {
          return i;
        }
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return i;
      }
      i++;
    }
    return i;
  }

  /**
   * What can stand behind a name before a value; most names in code are followed by other things.
   */
  private static boolean mayBeGiven(String text, int at) {
    return at < text.length() && " \t\r\n=:,(>)]?!|[-<".indexOf(text.charAt(at)) >= 0;
  }

  private static int trimmed(String text, int start, int end) {
    int trimmed = end;
    while (trimmed > start + 1
        && (text.charAt(trimmed - 1) == '-' || text.charAt(trimmed - 1) == '.')) {
      trimmed--;
    }
    return trimmed;
  }

  static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == 'ñ';
  }

  private static boolean isNamePart(String text, int at) {
    char c = text.charAt(at);
    return isNameStart(c)
        || (c >= '0' && c <= '9')
        || c == '.'
        // An arrow begins with a dash too.
        || (c == '-' && at + 1 < text.length() && text.charAt(at + 1) != '>');
  }
}
