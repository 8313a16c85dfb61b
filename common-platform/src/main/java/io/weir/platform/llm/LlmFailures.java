package io.weir.platform.llm;

import com.openai.core.http.Headers;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.llm.LlmTransientException.Kind;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Sorts what the OpenAI client throws. Pure. */
final class LlmFailures {
  static final String DEPENDENCY = "llm";
  private static final String OFFLINE_ONLY = "offline_only";

  /** What our gateway says with a 503 when it is no model's turn to be waited for. */
  private static final Set<String> AWAY =
      Set.of("provider_unreachable", "cancelled", "unavailable");

  private LlmFailures() {}

  /** Whether the gateway says that it has no model for such a call. */
  static boolean isOfflineOnly(OpenAIException failure) {
    return failure instanceof OpenAIServiceException e
        && e.statusCode() == 400
        && e.code().filter(OFFLINE_ONLY::equals).isPresent();
  }

  /**
   * Whether a failure tells against the endpoint so that a few of them are reason to stop calling
   * it. That it can't be reached is left out: each call notices that at once, and so does the
   * probe, the moment that it is back.
   */
  static boolean counts(Throwable failure) {
    return switch (failure) {
      case LlmTransientException e -> e.kind() != Kind.BUSY;
      case DependencyUnavailableException e -> !(e.getCause() instanceof OpenAIIoException);
      default -> false;
    };
  }

  static RuntimeException sorted(OpenAIException failure) {
    return switch (failure) {
      case OpenAIServiceException e -> byStatus(e);
      case OpenAIIoException e when neverReached(e) ->
          new DependencyUnavailableException(DEPENDENCY, rootMessage(e), e);
      case OpenAIIoException e when timedOut(e) ->
          new LlmTransientException(
              Kind.UNKNOWN, "the model endpoint did not answer in time", Optional.empty(), e);
      default ->
          new LlmTransientException(
              Kind.UNKNOWN,
              "the model endpoint did not answer properly: " + rootMessage(failure),
              Optional.empty(),
              failure);
    };
  }

  private static RuntimeException byStatus(OpenAIServiceException e) {
    int status = e.statusCode();
    String message = "the model endpoint answered %d: %s".formatted(status, e.getMessage());
    Optional<Duration> retryAfter = retryAfter(e.headers());
    return switch (status) {
      // Wrong for every call alike: waiting for a right key, or for money, loses none of them.
      case 401, 403 ->
          new DependencyUnavailableException(
              DEPENDENCY, message + "; check LLM_API_KEY and what it may do", e);
      case 402 -> new DependencyUnavailableException(DEPENDENCY, message, e);
      case 409, 429 -> new LlmTransientException(Kind.BUSY, message, retryAfter, e);
      case 408 -> new LlmTransientException(Kind.FAILED, message, retryAfter, e);
      case 503 ->
          busy(e)
              ? new LlmTransientException(Kind.BUSY, message, retryAfter, e)
              : new DependencyUnavailableException(DEPENDENCY, message, e);
      default -> {
        if (status < 500) {
          yield new LlmRejectedException(status, message, e);
        }
        yield waitsForAnOperator(e)
            ? new DependencyUnavailableException(DEPENDENCY, message, e)
            : new LlmTransientException(Kind.FAILED, message, retryAfter, e);
      }
    };
  }

  /**
   * Whether the API itself asks to come back after a time. A 503 without the protocol's error comes
   * from something in front of it, or from a service that has not started.
   */
  private static boolean busy(OpenAIServiceException e) {
    boolean fromTheApi = e.code().isPresent() || e.type().isPresent();
    return fromTheApi
        && retryAfter(e.headers()).isPresent()
        && e.code().filter(AWAY::contains).isEmpty();
  }

  /** Our gateway says so of a provider that refuses the gateway's own key. */
  private static boolean waitsForAnOperator(OpenAIServiceException e) {
    return e.headers().values("x-should-retry").stream().anyMatch("false"::equalsIgnoreCase);
  }

  /** {@code retry-after-ms} before {@code retry-after}, as the protocol's own clients read them. */
  private static Optional<Duration> retryAfter(Headers headers) {
    return number(headers, "retry-after-ms")
        .map(Duration::ofMillis)
        .or(() -> number(headers, "retry-after").map(Duration::ofSeconds));
  }

  private static Optional<Long> number(Headers headers, String name) {
    return headers.values(name).stream()
        .findFirst()
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Long::valueOf);
  }

  private static boolean neverReached(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof NoRouteToHostException) {
        return true;
      }
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (message.startsWith("connect timed out") || message.startsWith("failed to connect")) {
        return true;
      }
    }
    return false;
  }

  private static boolean timedOut(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedIOException) {
        return true;
      }
    }
    return false;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
