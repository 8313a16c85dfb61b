package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.text.Scripts;

/**
 * One mention: {@code text} stands in {@code field} from {@code start} to {@code end}.
 *
 * @param text the surface form, exactly as written
 * @param type what it names
 * @param start where it begins in its field, in UTF-16 code units
 * @param end where it ends, exclusive
 * @param confidence from 0 to 1
 * @param source the recogniser that found it
 * @param field the name of the field that the offsets count in
 */
public record Entity(
    String text,
    EntityType type,
    int start,
    int end,
    double confidence,
    String source,
    String field) {

  /**
   * @throws IllegalArgumentException if the offsets don't fit the text or the confidence is outside
   *     0 to 1
   */
  public Entity {
    if (start < 0 || end <= start || end - start != text.length()) {
      throw new IllegalArgumentException(
          "a mention of %d code units can't stand at %d to %d of %s"
              .formatted(text.length(), start, end, field));
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence is from 0 to 1, not " + confidence);
    }
  }

  /**
   * The mention that stands in {@code field} from {@code start} to {@code end}: cut out of the
   * text, so that it can't be other than what is written there. The confidence is rounded to two
   * decimals.
   *
   * @throws IllegalArgumentException if the range is empty, outside the text or cuts a surrogate
   *     pair in two
   */
  public static Entity at(
      TextField field, int start, int end, EntityType type, double confidence, String source) {
    String text = field.text();
    if (start < 0 || end > text.length() || start >= end) {
      throw new IllegalArgumentException(
          "%d to %d is no range in the %d code units of %s"
              .formatted(start, end, text.length(), field.name()));
    }
    if (Scripts.splitsPair(text, start) || Scripts.splitsPair(text, end)) {
      throw new IllegalArgumentException(
          "%d to %d cuts a character of %s in two".formatted(start, end, field.name()));
    }
    return new Entity(
        text.substring(start, end),
        type,
        start,
        end,
        Math.rint(confidence * 100) / 100,
        source,
        field.name());
  }

  /** How many UTF-16 code units it covers. */
  public int length() {
    return end - start;
  }
}
