package io.weir.platform.usage;

import java.util.Optional;

/**
 * Whoever uses the services, as far as counting is concerned.
 *
 * @param own a quota instead of the plan's
 */
public record User(String id, Plan plan, Optional<Quota> own) {
  /** What they may use in a month. */
  public Quota quota() {
    return own.orElseGet(plan::quota);
  }
}
