package io.weir.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.weir.gateway.pipeline.ErrorBody;
import io.weir.gateway.pipeline.Failure;
import io.weir.platform.http.ErrorShape;
import io.weir.platform.http.FieldError;
import io.weir.platform.http.Problem;

/** Errors as OpenAI's clients read them: {@code {"error":{"message","type","param","code"}}}. */
final class OpenAiErrors implements ErrorShape {
  private static final String SHOULD_RETRY = "x-should-retry";

  /** Answers with {@code failure}, while nothing of another answer has been sent. */
  static void send(ServerResponse response, Failure failure) {
    response.status(failure.status()).header(HeaderNames.CONTENT_TYPE, "application/json");
    if (failure.retryAfter() != null) {
      long seconds = failure.retryAfter().plusMillis(999).toSeconds();
      response.header(HeaderNames.RETRY_AFTER, String.valueOf(Math.max(1, seconds)));
      // SDKs look at this one first, and it may be shorter than a second.
      response.header("retry-after-ms", String.valueOf(failure.retryAfter().toMillis()));
    }
    if (failure.shouldRetry() != null) {
      response.header(SHOULD_RETRY, failure.shouldRetry().toString());
    } else if ((failure.status() >= 500 && !failure.kind().passing())
        || "insufficient_quota".equals(failure.code())) {
      // SDKs retry every 5xx; this one stays until an operator has acted.
      response.header(SHOULD_RETRY, "false");
    }
    response.send(ErrorBody.json(failure));
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public ObjectNode body(Problem problem, String requestId) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode error = body.putObject("error").put("message", problem.detail());
    error.put("type", type(problem.status()));
    error.put("param", problem.errors().stream().map(FieldError::field).findFirst().orElse(null));
    JsonNode code = problem.more().get(Problem.CODE);
    error.put("code", code == null ? code(problem.status()) : code.asText());
    return body;
  }

  private static String type(int status) {
    return switch (status) {
      case 429 -> "rate_limit_error";
      default -> status >= 500 ? "api_error" : "invalid_request_error";
    };
  }

  private static String code(int status) {
    return switch (status) {
      case 401 -> "invalid_api_key";
      case 403 -> "insufficient_permissions";
      case 404 -> "unknown_url";
      case 405 -> "method_not_allowed";
      case 408 -> "request_timeout";
      case 413 -> "body_too_large";
      case 415 -> "unsupported_media_type";
      case 429 -> "rate_limit_exceeded";
      case 503 -> "unavailable";
      default -> status >= 500 ? "internal_error" : "bad_request";
    };
  }
}
