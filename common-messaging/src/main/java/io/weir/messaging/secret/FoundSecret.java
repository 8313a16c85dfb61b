package io.weir.messaging.secret;

import java.util.List;

/**
 * A secret in a text, by offsets. The value itself is not kept: what is not there can't be logged.
 *
 * @param rule the kind, such as {@code github-token}
 * @param title the kind in words
 * @param certainty what it rests on
 * @param start first offset of the value
 * @param end offset after it
 * @param masked the stretches to be masked; one for a simple value, several for a key block
 */
public record FoundSecret(
    String rule, String title, Certainty certainty, int start, int end, List<Stretch> masked) {
  /** What a finding rests on, the surest first. */
  public enum Certainty {
    /** The format's own checksum is right: a provider has made it. */
    VERIFIED,
    /** It has a provider's format, or stands where only a secret stands. */
    FORMAT,
    /** It is given to a name that says so. */
    NAME,
    /** It looks random, and no more is known. */
    RANDOM
  }

  /** Offsets from {@code start} (inclusive) to {@code end} (exclusive). */
  public record Stretch(int start, int end) {
    public int length() {
      return end - start;
    }
  }

  public FoundSecret {
    masked = List.copyOf(masked);
  }

  /** A secret that is masked whole. */
  static FoundSecret whole(String rule, String title, Certainty certainty, int start, int end) {
    return new FoundSecret(rule, title, certainty, start, end, List.of(new Stretch(start, end)));
  }

  boolean overlaps(FoundSecret other) {
    return start < other.end && other.start < end;
  }
}
