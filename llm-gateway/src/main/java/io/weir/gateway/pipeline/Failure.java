package io.weir.gateway.pipeline;

import io.weir.messaging.secret.Redaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a chat request was not answered, in words for the caller.
 *
 * @param status the HTTP status that says it
 * @param param the request's field at fault, when there is one
 * @param code a word that programs can compare
 * @param retryAfter when the caller may come back, when the provider said so
 * @param shouldRetry whether the same request is worth sending again, when the provider said so
 */
public record Failure(
    Kind kind,
    int status,
    String message,
    @Nullable String param,
    @Nullable String code,
    @Nullable Duration retryAfter,
    @Nullable Boolean shouldRetry,
    @Nullable String saidType) {

  /** What the words quote of a request, or of a provider's answer, may be a secret. */
  public Failure {
    message = Redaction.ofLog(message);
  }

  /** The code of a request that only a model could answer while none is configured. */
  public static final String OFFLINE_ONLY_CODE = "offline_only";

  /** The code of a request for embeddings to a provider that has none. */
  public static final String EMBEDDINGS_UNSUPPORTED_CODE = "embeddings_unsupported";

  private static final Duration COME_BACK = Duration.ofSeconds(5);

  /** What kind of failure, and with it what may be done next. */
  public enum Kind {
    INVALID_REQUEST("invalid_request_error", false),
    MODEL_NOT_FOUND("invalid_request_error", false),
    PROVIDER_NOT_FOUND("invalid_request_error", false),
    OFFLINE_ONLY("invalid_request_error", false),
    /** The provider understood the request and refused it. */
    PROVIDER_REFUSED("invalid_request_error", false),
    /** The provider refused the gateway itself: only the operator can help. */
    PROVIDER_CREDENTIALS("api_error", false),
    RATE_LIMITED("rate_limit_error", true),
    /** What the asker may still use is reserved by work of theirs that is under way. */
    RESERVED("rate_limit_error", true),
    PROVIDER_ERROR("api_error", true),
    PROVIDER_UNREACHABLE("api_error", true),
    TIME_OUT("timeout_error", true),
    /**
     * The provider is at work and will have an answer later; asking another one would cost twice.
     */
    STILL_RUNNING("api_error", false),
    /** The caller went away or the gateway stops. */
    CANCELLED("api_error", true);

    private final String type;
    private final boolean passing;

    Kind(String type, boolean passing) {
      this.type = type;
      this.passing = passing;
    }

    /** OpenAI's {@code error.type}. */
    public String type() {
      return type;
    }

    /** Whether the same request may succeed later or elsewhere. */
    public boolean passing() {
      return passing;
    }
  }

  /** One without a word on whether to send the same again. */
  public Failure(
      Kind kind,
      int status,
      String message,
      @Nullable String param,
      @Nullable String code,
      @Nullable Duration retryAfter) {
    this(kind, status, message, param, code, retryAfter, null, null);
  }

  /**
   * The same of work of which a part was bought: to wait and to do all of it again, as often as it
   * takes, would buy that part as often. So it counts as a failure.
   */
  public Failure afterPurchase() {
    return switch (kind) {
      case RESERVED -> of(Kind.RATE_LIMITED);
      case PROVIDER_UNREACHABLE -> of(Kind.PROVIDER_ERROR);
      default -> this;
    };
  }

  private Failure of(Kind other) {
    return new Failure(other, status, message, param, code, retryAfter, shouldRetry, saidType);
  }

  /** The same with what the provider says of sending the same again. */
  public Failure advising(@Nullable Boolean retry) {
    return new Failure(kind, status, message, param, code, retryAfter, retry, saidType);
  }

  /** The same with the {@code error.type} that the provider gave. */
  public Failure typed(@Nullable String type) {
    return new Failure(kind, status, message, param, code, retryAfter, shouldRetry, type);
  }

  /** OpenAI's {@code error.type}: the provider's own where it gave one. */
  public String type() {
    return saidType == null ? kind.type() : saidType;
  }

  public static Failure invalid(String message, @Nullable String param) {
    return invalid(message, param, null);
  }

  public static Failure invalid(String message, @Nullable String param, @Nullable String code) {
    return new Failure(Kind.INVALID_REQUEST, 400, message, param, code, null);
  }

  public static Failure modelNotFound(String message) {
    return new Failure(Kind.MODEL_NOT_FOUND, 404, message, "model", "model_not_found", null);
  }

  public static Failure providerNotFound(String message) {
    return new Failure(Kind.PROVIDER_NOT_FOUND, 404, message, "model", "provider_not_found", null);
  }

  public static Failure offlineOnly(String message, String param) {
    return new Failure(Kind.OFFLINE_ONLY, 400, message, param, OFFLINE_ONLY_CODE, null);
  }

  public static Failure providerError(String message, String code) {
    return new Failure(Kind.PROVIDER_ERROR, 502, message, null, code, null);
  }

  public static Failure unreachable(String message) {
    return new Failure(
        Kind.PROVIDER_UNREACHABLE, 503, message, null, "provider_unreachable", COME_BACK);
  }

  public static Failure timeOut(String message) {
    return new Failure(Kind.TIME_OUT, 504, message, null, "provider_timeout", null);
  }

  public static Failure stillRunning(String message, Duration askAgain) {
    return new Failure(Kind.STILL_RUNNING, 503, message, null, "still_running", askAgain);
  }

  public static Failure cancelled(String message) {
    return new Failure(Kind.CANCELLED, 503, message, null, "cancelled", null);
  }

  public static Failure busy(String message, Duration retryAfter) {
    return new Failure(
        Kind.RATE_LIMITED, 429, message, null, "too_many_requests_at_once", retryAfter);
  }
}
