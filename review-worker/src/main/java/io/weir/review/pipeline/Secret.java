package io.weir.review.pipeline;

import java.util.List;

/**
 * A secret in a text, by offsets. The value itself is not kept: what is not there can't be logged.
 *
 * @param rule the kind, such as {@code github-token}
 * @param title the kind in words
 * @param start first offset of the value
 * @param end offset after it
 * @param masked the stretches to be masked; one for a simple value, several for a key block
 */
public record Secret(String rule, String title, int start, int end, List<Stretch> masked) {
  /** Offsets from {@code start} (inclusive) to {@code end} (exclusive). */
  public record Stretch(int start, int end) {}

  public Secret {
    masked = List.copyOf(masked);
  }

  /** A secret that is masked whole. */
  static Secret whole(String rule, String title, int start, int end) {
    return new Secret(rule, title, start, end, List.of(new Stretch(start, end)));
  }

  boolean overlaps(Secret other) {
    return start < other.end && other.start < end;
  }
}
