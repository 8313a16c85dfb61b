package io.weir.gateway.usage;

import io.weir.gateway.pipeline.Failure;
import io.weir.platform.usage.Charge;
import java.util.function.Predicate;

/** What became of a try to reserve room for a request. */
sealed interface Attempt {
  /** Close the hold when the request is over. */
  record Admitted(Hold hold) implements Attempt {}

  record Refused(Failure failure) implements Attempt {}

  /**
   * There would be room but for what is reserved.
   *
   * @param whose the reservations that are in the way
   */
  record Crowded(Failure failure, Predicate<Charge> whose) implements Attempt {}
}
