package io.weir.cli.remote;

import org.jspecify.annotations.Nullable;

/**
 * A service did not answer, or not as it should. The message says what was asked and what came
 * back.
 */
public final class CallException extends RuntimeException {

  private final String explanation;

  public CallException(String message) {
    this(message, null);
  }

  public CallException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.explanation = message;
  }

  /** The explanation; never null. */
  @Override
  public String getMessage() {
    return explanation;
  }
}
