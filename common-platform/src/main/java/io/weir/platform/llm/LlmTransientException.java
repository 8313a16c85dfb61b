package io.weir.platform.llm;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This call failed and the same one may succeed later: a rate limit, a fault or a time-out behind
 * the endpoint.
 */
public final class LlmTransientException extends RuntimeException {
  /** What kind of failure. */
  public enum Kind {
    /** The endpoint works and asks to come later. */
    BUSY,
    /** The endpoint, or the model behind it, failed at the call. */
    FAILED,
    /** Nothing whole came back: the call may have been answered and paid for, or not. */
    UNKNOWN
  }

  private final Kind kind;
  private final transient Optional<Duration> retryAfter;

  public LlmTransientException(
      Kind kind, String message, Optional<Duration> retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /** When the endpoint wants to be asked again, if it said so. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
