package io.weir.platform.http;

import io.helidon.http.DirectHandler.TransportRequest;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The ids of one request.
 *
 * @param requestId names this request; the client's {@code x-request-id} when it is 1 to 128 of
 *     {@code A-Z a-z 0-9 . _ -} and no secret, else a new one
 * @param correlationId finds everything that follows from the request; the client's {@code
 *     x-correlation-id} when it is 1 to 128 of {@code A-Z a-z 0-9 _ -} (one subject token), else
 *     the trace id of its {@code traceparent}, else a new one
 * @param traceparent the W3C trace context as it came, when it is valid
 */
public record RequestIdentity(
    String requestId, String correlationId, Optional<String> traceparent) {
  static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");
  static final HeaderName CORRELATION_ID = HeaderNames.create("x-correlation-id");
  private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final Pattern TRACE =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /** The ids of the request being handled. */
  public static RequestIdentity of(ServerRequest request) {
    return request
        .context()
        .get(RequestIdentity.class)
        .orElseGet(
            () -> {
              var identity = read(request);
              request.context().register(identity);
              return identity;
            });
  }

  /** The ids of a request that broke the protocol before any handler ran. */
  static RequestIdentity of(TransportRequest request) {
    return of(request.headers());
  }

  private static RequestIdentity read(ServerRequest request) {
    return of(request.headers());
  }

  private static RequestIdentity of(Headers headers) {
    return of(
        header(headers, REQUEST_ID), header(headers, CORRELATION_ID), header(headers, TRACEPARENT));
  }

  static RequestIdentity of(String requestId, String correlationId, String traceparent) {
    var trace = TRACE.matcher(traceparent);
    boolean traced = trace.matches();
    String correlation =
        TOKEN.matcher(correlationId).matches() && !SecretText.isSecret(correlationId)
            ? correlationId
            : traced ? trace.group(1) : UUID.randomUUID().toString();
    return new RequestIdentity(
        SANE.matcher(requestId).matches() && !SecretText.isSecret(requestId)
            ? requestId
            : UUID.randomUUID().toString(),
        correlation,
        traced ? Optional.of(traceparent) : Optional.empty());
  }

  private static String header(Headers headers, HeaderName name) {
    return headers.first(name).orElse("");
  }
}
