package io.weir.messaging;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that got no usable answer, and why. */
public abstract sealed class RequestFailedException extends MessagingException {
  private RequestFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Nobody listens on the subject: told at once, and nothing was done. */
  public static final class NoResponders extends RequestFailedException {
    public NoResponders(Subject subject) {
      super("nobody answers on " + subject, null);
    }
  }

  /** No answer came in time. The request may have been done all the same. */
  public static final class TimedOut extends RequestFailedException {
    public TimedOut(Subject subject, Duration timeout) {
      super("no answer on %s within %d ms".formatted(subject, timeout.toMillis()), null);
    }
  }

  /** The answer is none that the contract knows. */
  public static final class InvalidReply extends RequestFailedException {
    public InvalidReply(Subject subject, @Nullable Throwable cause) {
      super(
          "the answer on %s is not valid: %s"
              .formatted(subject, cause == null ? "" : cause.getMessage()),
          cause);
    }
  }

  /**
   * The responder answered with an error. A {@link RequestHandler} throws it to choose the code and
   * the words that its caller gets.
   */
  public static final class Refused extends RequestFailedException {
    private final int code;
    private final @Nullable Duration retryAfter;

    /**
     * @param code as in HTTP: 400 for a bad request, 404 for what is not there, 503 for later
     * @param reason for a person; sent to the caller as it is, so nothing secret
     */
    public Refused(int code, String reason) {
      this(code, reason, null);
    }

    /**
     * @param retryAfter when to try again; null for no hint
     */
    public Refused(int code, String reason, @Nullable Duration retryAfter) {
      super(reason, null);
      this.code = code;
      this.retryAfter = retryAfter;
    }

    /** As in HTTP: 400 and above, 500 and above for what is not the caller's fault. */
    public int code() {
      return code;
    }

    /** When to try again, if the responder said so. */
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }
  }
}
