package io.weir.platform.llm;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This call failed and the same one may succeed later: a rate limit, a fault or a time-out behind
 * the endpoint.
 */
public final class LlmTransientException extends RuntimeException {
  private final transient Optional<Duration> retryAfter;

  public LlmTransientException(
      String message, Optional<Duration> retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  /** When the endpoint wants to be asked again, if it said so. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
