package io.weir.platform.usage;

/**
 * What a user may use in a month.
 *
 * @param tokens of models, 0 or more
 * @param requests that use any, 0 or more
 */
public record Quota(long tokens, long requests) {
  /** Far beyond what can be used, and far enough from the largest number to add to it. */
  static final long ENDLESS = Long.MAX_VALUE / 4;

  public static final Quota UNLIMITED = new Quota(ENDLESS, ENDLESS);

  public Quota {
    if (tokens < 0 || requests < 0) {
      throw new IllegalArgumentException(
          "a quota wants 0 or more, got %d tokens and %d requests".formatted(tokens, requests));
    }
  }

  public boolean isUnlimited() {
    return tokens >= ENDLESS && requests >= ENDLESS;
  }
}
