package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.text.Scripts;

/**
 * A candidate range of a text, before it is known to be a mention.
 *
 * @param text the whole text
 * @param start where the candidate begins, in UTF-16 code units
 * @param end where it ends, exclusive
 */
record Found(String text, int start, int end) {

  /** The candidate as written. */
  String surface() {
    return text.substring(start, end);
  }

  /** The code unit before it, or 0 at the start of the text. */
  char before() {
    return start == 0 ? 0 : text.charAt(start - 1);
  }

  /** The code unit {@code distance} after its end, or 0 beyond the end of the text. */
  char after(int distance) {
    return end + distance >= text.length() ? 0 : text.charAt(end + distance);
  }

  /** Whole words only: neither edge lies inside a word. */
  boolean isWhole() {
    return start < end && Scripts.isBoundary(text, start) && Scripts.isBoundary(text, end);
  }

  /** The same candidate with another end. */
  Found until(int newEnd) {
    return new Found(text, start, newEnd);
  }
}
