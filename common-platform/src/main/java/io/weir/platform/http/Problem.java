package io.weir.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.platform.contract.Scope;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Why a request could not be answered, in the terms of RFC 9457. An {@link ErrorShape} turns it
 * into the body that its API's clients understand.
 *
 * @param status the HTTP status, 400 to 599
 * @param title the kind of problem; the same for every problem of its kind
 * @param detail this occurrence, for the person who reads it; never internals
 * @param errors the fields at fault; empty when no single field is
 * @param retryAfter when it is worth trying again
 * @param headers further response headers
 * @param more further members of the body, for programs; by name, as JSON values
 */
public record Problem(
    int status,
    String title,
    String detail,
    List<FieldError> errors,
    Optional<Duration> retryAfter,
    Map<String, String> headers,
    Map<String, JsonNode> more) {
  /** The member of {@link #more} with a word that programs can compare. */
  public static final String CODE = "code";

  private static final String AUTHENTICATE = "WWW-Authenticate";
  private static final String BEARER = "Bearer realm=\"weir\"";

  public Problem {
    errors = List.copyOf(errors);
    headers = Map.copyOf(headers);
    more = Map.copyOf(more);
  }

  /** One without further members. */
  public Problem(
      int status,
      String title,
      String detail,
      List<FieldError> errors,
      Optional<Duration> retryAfter,
      Map<String, String> headers) {
    this(status, title, detail, errors, retryAfter, headers, Map.of());
  }

  /** A problem of its own kind, without fields, delay or headers. */
  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, detail, List.of(), Optional.empty(), Map.of());
  }

  /** The same with further response headers. */
  Problem with(Map<String, String> further) {
    var all = new HashMap<>(headers);
    all.putAll(further);
    return new Problem(status, title, detail, errors, retryAfter, all, more);
  }

  /** 400: the request as a whole is wrong. */
  public static Problem badRequest(String detail) {
    return of(400, "Bad request", detail);
  }

  /** 400: these fields are wrong. */
  public static Problem invalid(List<FieldError> errors) {
    List<String> lines =
        errors.stream()
            .map(e -> e.field().isEmpty() ? e.message() : e.field() + ": " + e.message())
            .toList();
    return new Problem(
        400, "Invalid request", String.join("; ", lines), errors, Optional.empty(), Map.of());
  }

  /** 400: this field is wrong. */
  public static Problem invalid(String field, String message) {
    return invalid(List.of(new FieldError(field, message)));
  }

  /**
   * 401: nobody knows who is asking.
   *
   * @param tried whether credentials were sent; what is wrong with them is not told
   */
  public static Problem unauthenticated(boolean tried) {
    return new Problem(
        401,
        "Unauthorized",
        tried
            ? "the credentials are not valid"
            : "wanted is an API key, as Authorization: Bearer KEY or as x-api-key: KEY",
        List.of(),
        Optional.empty(),
        Map.of(AUTHENTICATE, tried ? BEARER + ", error=\"invalid_token\"" : BEARER));
  }

  /** 403. */
  public static Problem forbidden(String detail) {
    return of(403, "Forbidden", detail);
  }

  /** 403: who is asking is known, and may not do this; see RFC 6750, 3.1. */
  public static Problem missingScope(Scope wanted) {
    return new Problem(
        403,
        "Forbidden",
        "this needs the scope " + wanted.text(),
        List.of(),
        Optional.empty(),
        Map.of(
            AUTHENTICATE,
            "%s, error=\"insufficient_scope\", scope=\"%s\"".formatted(BEARER, wanted.text())));
  }

  /** 400: where the body ends can't be told, and so nothing more of this connection is read. */
  static Problem misframed() {
    return badRequest("the body is not as long as the headers say, or its chunks are none")
        .with(Map.of("Connection", "close"));
  }

  /** 404. */
  public static Problem notFound(String detail) {
    return of(404, "Not found", detail);
  }

  /** 405, naming the methods that the path has. */
  public static Problem methodNotAllowed(String method, String path, List<String> allowed) {
    String methods = String.join(", ", new TreeSet<>(allowed));
    return new Problem(
        405,
        "Method not allowed",
        "%s takes %s, not %s".formatted(path, methods, method),
        List.of(),
        Optional.empty(),
        Map.of("Allow", methods));
  }

  /** 408: the body has not come in by then. */
  public static Problem tooSlow(Duration limit) {
    return of(
        408,
        "Request timeout",
        "the body has not come in within %d ms".formatted(limit.toMillis()));
  }

  /** 409. */
  public static Problem conflict(String detail) {
    return of(409, "Conflict", detail);
  }

  /** 413. */
  public static Problem tooLarge(long limit) {
    return of(
        413, "Content too large", "the body is larger than the %d bytes allowed".formatted(limit));
  }

  /** 415. */
  public static Problem unsupportedMediaType(String found, String... wanted) {
    return of(
        415,
        "Unsupported media type",
        "the content type is '%s', wanted is %s"
            .formatted(found, String.join(" or ", Arrays.asList(wanted))));
  }

  /** 503: what the request needs is away or full. */
  public static Problem unavailable(String detail, Duration retryAfter) {
    return new Problem(503, "Unavailable", detail, List.of(), Optional.of(retryAfter), Map.of());
  }

  /** 429: it was asked too often. */
  public static Problem tooManyRequests(String detail, Duration retryAfter) {
    return new Problem(
        429, "Too many requests", detail, List.of(), Optional.of(retryAfter), Map.of());
  }

  /** 429: as many requests are in hand as there may be; who asks is not to blame. */
  public static Problem tooManyAtOnce(int most, Duration retryAfter) {
    return new Problem(
        429,
        "Too many requests at once",
        "%d requests are in hand, and no more are taken; try again shortly".formatted(most),
        List.of(),
        Optional.of(retryAfter),
        Map.of(),
        Map.of(CODE, TextNode.valueOf("too_many_requests_at_once")));
  }

  /** 500, with the id under which the log has the cause. */
  public static Problem internal(String requestId) {
    return of(
        500,
        "Internal error",
        "the request failed for a reason of ours; the log has it under request id " + requestId);
  }

  /** 505. Proxies are the ones that speak the old version, unless they are told not to. */
  static Problem otherVersion() {
    return new Problem(
        505,
        "HTTP version not supported",
        "this server speaks HTTP/1.1; a proxy in front of it has a setting for that, such as"
            + " proxy_http_version 1.1 of nginx",
        List.of(),
        Optional.empty(),
        Map.of(),
        Map.of(CODE, TextNode.valueOf("http_version_not_supported")));
  }
}
