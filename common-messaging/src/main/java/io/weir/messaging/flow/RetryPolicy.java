package io.weir.messaging.flow;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long a failed message waits: exponential from {@code first}, with full jitter above half of
 * the step, so that what failed together does not come back together. Never zero: a message that
 * comes back at once spends its attempts in milliseconds.
 *
 * @param first delay after the first failure, at least 1 ms
 * @param longest upper bound of every delay; at most 30 s, since delayed messages count against the
 *     consumer's max-ack-pending
 */
public record RetryPolicy(Duration first, Duration longest) {
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(30));

  public RetryPolicy {
    if (first.toMillis() < 1 || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "retry delays want 1 ms <= first <= longest, got %s and %s".formatted(first, longest));
    }
  }

  /**
   * The delay before the next attempt.
   *
   * @param failures failures so far, this one included; at least 1
   * @param wanted what the failure itself asked for, such as a Retry-After; null for no wish. Held
   *     within the bounds
   */
  public Duration delay(int failures, @Nullable Duration wanted, RandomGenerator random) {
    if (wanted != null) {
      return clamp(wanted);
    }
    int doublings = Math.min(Math.max(failures, 1) - 1, 20);
    Duration step = clamp(first.multipliedBy(1L << doublings));
    long half = Math.max(1, step.toMillis() / 2);
    return clamp(Duration.ofMillis(half + random.nextLong(half + 1)));
  }

  private Duration clamp(Duration delay) {
    if (delay.compareTo(longest) > 0) {
      return longest;
    }
    return delay.compareTo(first) < 0 ? first : delay;
  }
}
