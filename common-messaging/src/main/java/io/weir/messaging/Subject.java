package io.weir.messaging;

import org.jspecify.annotations.Nullable;

/**
 * A subject without wildcards, made by a {@link SubjectTemplate}.
 *
 * @param name its tokens joined by dots; two subjects of one name are equal
 * @param family the template it was made by, such as {@code bc.{id}.created}; empty when not known
 */
public record Subject(String name, String family) {
  /** Longest subject, in characters; the server's control line holds 4,096 bytes in all. */
  static final int MAX_LENGTH = 512;

  public Subject {
    if (name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a subject has at most %d characters, this one has %d"
              .formatted(MAX_LENGTH, name.length()));
    }
    SubjectTemplate.checkTokens(name);
  }

  /** A subject of no known family. */
  public Subject(String name) {
    this(name, "");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Subject subject && subject.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
