package io.weir.messaging;

import java.util.ArrayList;
import java.util.List;

/**
 * A named family of subjects such as {@code bc.{id}.created}. Parameters become single tokens when
 * a subject is built and {@code *} when it is subscribed to, so a wildcard stands only where the
 * template has a parameter.
 *
 * @param template tokens joined by dots; a token in braces is a parameter
 */
public record SubjectTemplate(String template) {
  public SubjectTemplate {
    for (String token : template.split("\\.", -1)) {
      checkToken(bare(token), template);
    }
  }

  /**
   * @throws IllegalArgumentException when one of the tokens of {@code subject} is not {@code
   *     [A-Za-z0-9_-]+}
   */
  static void checkTokens(String subject) {
    int token = 0;
    for (int i = 0; i <= subject.length(); i++) {
      if (i == subject.length() || subject.charAt(i) == '.') {
        if (i == token) {
          throw unfit("", subject);
        }
        token = i + 1;
      } else if (!isFit(subject.charAt(i))) {
        throw unfit(subject.substring(token).split("\\.", 2)[0], subject);
      }
    }
  }

  /** A parameter's name; a fixed token without the dollar sign of the server's own subjects. */
  private static String bare(String token) {
    if (isParameter(token)) {
      return token.substring(1, token.length() - 1);
    }
    return token.startsWith("$") ? token.substring(1) : token;
  }

  /**
   * The subject with {@code values} in the places of the parameters, in order.
   *
   * @throws IllegalArgumentException when their number differs from the parameters', or one is not
   *     {@code [A-Za-z0-9_-]+}
   */
  public Subject with(String... values) {
    var tokens = new ArrayList<String>();
    int next = 0;
    for (String token : template.split("\\.", -1)) {
      if (isParameter(token)) {
        if (next == values.length) {
          throw new IllegalArgumentException(
              "%s needs more than %d values".formatted(template, values.length));
        }
        tokens.add(checkToken(values[next++], template));
      } else {
        tokens.add(token);
      }
    }
    if (next != values.length) {
      throw new IllegalArgumentException(
          "%s takes %d values, got %d".formatted(template, next, values.length));
    }
    return new Subject(String.join(".", tokens), template);
  }

  /** The pattern that matches every subject of this template: {@code bc.*.created}. */
  public String wildcard() {
    List<String> tokens = new ArrayList<>();
    for (String token : template.split("\\.", -1)) {
      tokens.add(isParameter(token) ? "*" : token);
    }
    return String.join(".", tokens);
  }

  static String checkToken(String token, String where) {
    boolean valid = !token.isEmpty();
    for (int i = 0; i < token.length() && valid; i++) {
      valid = isFit(token.charAt(i));
    }
    if (!valid) {
      throw unfit(token, where);
    }
    return token;
  }

  private static boolean isFit(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private static IllegalArgumentException unfit(String token, String where) {
    return new IllegalArgumentException(
        "'%s' in %s is not a subject token: it wants one or more of A-Z a-z 0-9 _ -"
            .formatted(token, where));
  }

  private static boolean isParameter(String token) {
    return token.length() > 2 && token.startsWith("{") && token.endsWith("}");
  }

  @Override
  public String toString() {
    return template;
  }
}
