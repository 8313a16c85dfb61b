package io.weir.messaging;

/**
 * A pattern that subjects match or not, as NATS reads it: {@code *} is any one token, {@code >} at
 * the end is one or more.
 *
 * @param pattern tokens joined by dots
 */
public record SubjectPattern(String pattern) {
  /** Whether {@code subject} matches. */
  public boolean matches(String subject) {
    String[] wanted = pattern.split("\\.", -1);
    String[] tokens = subject.split("\\.", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (i == wanted.length - 1 && wanted[i].equals(">")) {
        return tokens.length > i;
      }
      if (i >= tokens.length || !(wanted[i].equals("*") || wanted[i].equals(tokens[i]))) {
        return false;
      }
    }
    return tokens.length == wanted.length;
  }

  @Override
  public String toString() {
    return pattern;
  }
}
