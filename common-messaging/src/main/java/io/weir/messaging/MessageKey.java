package io.weir.messaging;

import java.util.Map;

/**
 * What messages are ordered by. Known before a message is decoded, so that one that can't be
 * decoded keeps its place. Must be quick and must not block; thread-safe.
 */
@FunctionalInterface
public interface MessageKey {
  /** The key of a message; empty for one that needs no order. */
  String of(String subject, Map<String, String> headers);

  /**
   * A token of the subject, counted from 0; with {@code bc.{id}.created} token 1 is the id. A
   * subject with fewer tokens has no order.
   */
  static MessageKey subjectToken(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("tokens of a subject are counted from 0, got " + index);
    }
    return (subject, headers) -> {
      String[] tokens = subject.split("\\.", -1);
      return index < tokens.length ? tokens[index] : "";
    };
  }

  /** The value of a header; a message without it has no order. */
  static MessageKey header(String name) {
    return (subject, headers) -> headers.getOrDefault(name, "");
  }
}
