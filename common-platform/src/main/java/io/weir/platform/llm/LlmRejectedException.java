package io.weir.platform.llm;

import org.jspecify.annotations.Nullable;

/**
 * The endpoint refused this call for what it is: unknown model, malformed or too long. The same
 * call will fail again.
 */
public final class LlmRejectedException extends RuntimeException {
  private final int status;

  public LlmRejectedException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** The endpoint's HTTP status. */
  public int status() {
    return status;
  }
}
