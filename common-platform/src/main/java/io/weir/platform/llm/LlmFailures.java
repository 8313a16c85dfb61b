package io.weir.platform.llm;

import com.openai.core.http.Headers;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import io.weir.messaging.DependencyUnavailableException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Sorts what the OpenAI client throws. Pure. */
final class LlmFailures {
  static final String DEPENDENCY = "llm";
  private static final String OFFLINE_ONLY = "offline_only";

  private LlmFailures() {}

  /** Whether the gateway says that it has no model for such a call. */
  static boolean isOfflineOnly(OpenAIException failure) {
    return failure instanceof OpenAIServiceException e
        && e.statusCode() == 400
        && e.code().filter(OFFLINE_ONLY::equals).isPresent();
  }

  static RuntimeException sorted(OpenAIException failure) {
    return switch (failure) {
      case OpenAIServiceException e -> byStatus(e);
      case OpenAIIoException e when neverReached(e) ->
          new DependencyUnavailableException(DEPENDENCY, rootMessage(e), e);
      case OpenAIIoException e when timedOut(e) ->
          new LlmTransientException(
              "the model endpoint did not answer in time", Optional.empty(), e);
      default ->
          new LlmTransientException(
              "the model endpoint did not answer properly: " + rootMessage(failure),
              Optional.empty(),
              failure);
    };
  }

  private static RuntimeException byStatus(OpenAIServiceException e) {
    int status = e.statusCode();
    String message = "the model endpoint answered %d: %s".formatted(status, e.getMessage());
    if (status == 503) {
      return new DependencyUnavailableException(DEPENDENCY, message, e);
    }
    if (status == 408 || status == 409 || status == 429 || status >= 500) {
      return new LlmTransientException(message, retryAfter(e.headers()), e);
    }
    return new LlmRejectedException(status, message, e);
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
