package io.weir.messaging;

/**
 * A subject without wildcards, made by a {@link SubjectTemplate}.
 *
 * @param name its tokens joined by dots
 */
public record Subject(String name) {
  /** Longest subject, in characters; the server's control line holds 4,096 bytes in all. */
  static final int MAX_LENGTH = 512;

  public Subject {
    if (name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a subject has at most %d characters, this one has %d"
              .formatted(MAX_LENGTH, name.length()));
    }
    for (String token : name.split("\\.", -1)) {
      SubjectTemplate.checkToken(token, name);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
