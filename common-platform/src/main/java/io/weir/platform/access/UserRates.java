package io.weir.platform.access;

import io.weir.messaging.DependencyUnavailableException;
import java.util.OptionalInt;

/**
 * How often users may ask, by their plan. Asked when a key is read anew, and for each request with
 * a token. Thread-safe.
 */
@FunctionalInterface
public interface UserRates {
  /**
   * Most requests a minute for {@code userId}, where what they have shown carries no limit of its
   * own; empty for no limit.
   *
   * @throws DependencyUnavailableException when nobody can say now
   */
  OptionalInt perMinute(String userId) throws InterruptedException;
}
