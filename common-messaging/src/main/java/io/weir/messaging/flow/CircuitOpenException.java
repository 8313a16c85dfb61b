package io.weir.messaging.flow;

import io.weir.messaging.MessagingException;
import java.time.Duration;

/** A call that was not made, because the circuit to its dependency is open. */
public final class CircuitOpenException extends MessagingException {
  private final Duration retryAfter;

  CircuitOpenException(String dependency, Duration retryAfter) {
    super(
        "the circuit to %s is open: it failed too often; next try in %d ms"
            .formatted(dependency, retryAfter.toMillis()),
        null);
    this.retryAfter = retryAfter;
  }

  /** After which time the next call may be made; zero while probes are under way. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
