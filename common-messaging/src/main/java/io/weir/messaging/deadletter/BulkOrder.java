package io.weir.messaging.deadletter;

import java.util.Locale;

/**
 * A long run: one action on all letters that a filter means.
 *
 * @param limit most letters to act on
 * @param perSecond most letters a second; 0 is as fast as it goes
 * @param by who wants it
 */
public record BulkOrder(
    Action action, DeadLetterFilter filter, long limit, double perSecond, String by) {
  /** What is done to each. */
  public enum Action {
    REPLAY,
    DISCARD;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public BulkOrder {
    if (limit < 1 || !(perSecond >= 0)) {
      throw new IllegalArgumentException(
          "limit is %d and rate %s: want at least 1 and at least 0".formatted(limit, perSecond));
    }
  }

  /** Replays all that {@code filter} means, as fast as it goes. */
  public static BulkOrder replay(DeadLetterFilter filter, String by) {
    return new BulkOrder(Action.REPLAY, filter, Long.MAX_VALUE, 0, by);
  }
}
