package io.weir.gateway.pipeline.anthropic;

import io.weir.gateway.pipeline.Failure;

/** Ends a translation at the field that has no counterpart; never leaves this room. */
final class RefusedException extends RuntimeException {
  private final transient Failure failure;

  RefusedException(String param, String message) {
    super(message, null, false, false);
    this.failure = Failure.invalid("Field '" + param + "': " + message, param);
  }

  Failure failure() {
    return failure;
  }
}
