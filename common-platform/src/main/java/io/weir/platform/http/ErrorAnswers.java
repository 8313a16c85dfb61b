package io.weir.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.PublishFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever ends a request early into an answer in the shape of its API; secrets that it would
 * quote are masked. Internals go to the log under the request's id, never to the client.
 * Thread-safe once its shapes are set.
 */
final class ErrorAnswers implements DirectHandler {
  private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** The server keeps which of them it is for its own log. */
  private static final String UNREADABLE =
      "the request can't be read: a line or header of it is malformed, its head is longer than"
          + " 16 KiB, it has no Host or several, or its body is compressed or wrongly framed";

  private static final long MOST_DRAINED = HttpApi.BACKSTOP;
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(10);

  private final Map<String, ErrorShape> shapes = new LinkedHashMap<>();
  private final ErrorShape otherwise;
  private final Function<ServerRequest, List<String>> methodsOf;

  ErrorAnswers(ErrorShape otherwise, Function<ServerRequest, List<String>> methodsOf) {
    this.otherwise = otherwise;
    this.methodsOf = methodsOf;
  }

  void shape(String prefix, ErrorShape shape) {
    shapes.put(prefix, shape);
  }

  /** Answers for a handler that threw {@code failure}. */
  void answer(ServerRequest request, ServerResponse response, Throwable failure) {
    if (isGone(failure)) {
      throw new CloseConnectionException("the client went away", failure);
    }
    String requestId = RequestIdentity.of(request).requestId();
    Problem problem = problemOf(request, failure, requestId);
    if (problem.status() == 500) {
      log.atError()
          .addKeyValue("method", request.prologue().method().text())
          .addKeyValue("path", request.prologue().uriPath().path())
          .setCause(failure)
          .log("request failed");
    }
    send(request, response, problem, problem.status() == 413);
  }

  /** Answers a request that was refused before anything of its body was read. */
  void refuse(ServerRequest request, ServerResponse response, Problem problem) {
    send(request, response, problem, request.content().hasEntity());
  }

  private void send(
      ServerRequest request, ServerResponse response, Problem problem, boolean unread) {
    String requestId = RequestIdentity.of(request).requestId();
    problem.headers().forEach(response::header);
    problem
        .retryAfter()
        .ifPresent(after -> response.header(HeaderNames.RETRY_AFTER, seconds(after)));
    if (unread || problem.status() == 408) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    ErrorShape shape = shapeFor(request.prologue().uriPath().path());
    if (request.prologue().method().equals(Method.HEAD)) {
      // Who asks for the head alone takes whatever follows it for the next answer.
      response
          .status(problem.status())
          .header(HeaderNames.CONTENT_TYPE, shape.contentType())
          .send();
    } else {
      Json.send(
          response,
          problem.status(),
          shape.contentType(),
          shape.body(SecretText.masked(problem), requestId));
    }
    if (unread) {
      drain(request);
    }
  }

  /** Answers for the server itself, where the protocol was broken before any handler ran. */
  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status suggested,
      ServerResponseHeaders headers,
      @Nullable String message) {
    // All that a handler throws is answered above: here the server has tripped over what it read.
    boolean unreadable = type == EventType.INTERNAL_ERROR && request.path().isEmpty();
    Status status = unreadable ? Status.BAD_REQUEST_400 : suggested;
    RequestIdentity identity = RequestIdentity.of(request);
    String requestId = identity.requestId();
    Problem problem = problemOf(status, unreadable ? null : message);
    ErrorShape shape = shapeFor(request.path());
    byte[] body;
    try {
      body = Json.mapper().writeValueAsBytes(shape.body(SecretText.masked(problem), requestId));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    headers.set(HeaderNames.CONTENT_TYPE, shape.contentType());
    headers.set(RequestIdentity.REQUEST_ID, requestId);
    headers.set(RequestIdentity.CORRELATION_ID, identity.correlationId());
    return TransportResponse.builder()
        .status(status)
        .headers(headers)
        .entity(request.method().equals(Method.HEAD.text()) ? new byte[0] : body)
        .keepAlive(false)
        .build();
  }

  private static Problem problemOf(Status status, @Nullable String said) {
    if (status.equals(Status.HTTP_VERSION_NOT_SUPPORTED_505)) {
      return Problem.otherVersion();
    }
    return Problem.of(status.code(), status.reasonPhrase(), reason(status, said));
  }

  private static String reason(Status status, @Nullable String said) {
    if (status.code() < 500 && said != null && !said.isEmpty()) {
      return said;
    }
    return status.equals(Status.BAD_REQUEST_400) ? UNREADABLE : status.reasonPhrase();
  }

  private Problem problemOf(ServerRequest request, Throwable failure, String requestId) {
    return switch (failure) {
      case ProblemException e -> e.problem();
      case DependencyUnavailableException e ->
          Problem.unavailable(e.dependency() + " is unavailable, try again", RETRY_AFTER);
      case PublishFailedException _ ->
          Problem.unavailable(
              "the message broker did not take the message, try again", RETRY_AFTER);
      case InvalidMessageException e -> Problem.badRequest(String.valueOf(e.getMessage()));
      case InterruptedException _ -> Problem.unavailable("the service is stopping", RETRY_AFTER);
      case HttpException e when e.status().code() == 404 -> notFound(request);
      case HttpException e when e.status().code() < 500 ->
          Problem.of(e.status().code(), e.status().reasonPhrase(), String.valueOf(e.getMessage()));
      default -> Problem.internal(requestId);
    };
  }

  private Problem notFound(ServerRequest request) {
    String path = request.prologue().uriPath().path();
    List<String> methods = methodsOf.apply(request);
    return methods.isEmpty()
        ? Problem.notFound("there is nothing at " + path)
        : Problem.methodNotAllowed(request.prologue().method().text(), path, methods);
  }

  private ErrorShape shapeFor(String path) {
    return shapes.entrySet().stream()
        .filter(entry -> path.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(otherwise);
  }

  /**
   * Reads a part of a refused body, bounded in size and time. Closing a connection with unread
   * bytes resets it, and the client would see the reset instead of the answer.
   */
  private static void drain(ServerRequest request) {
    if (request.headers().containsToken(HeaderValues.EXPECT_100) && !request.continueSent()) {
      return; // it waits for our word before it sends anything
    }
    byte[] buffer = new byte[16 * 1024];
    long drained = 0;
    long deadline = System.nanoTime() + LONGEST_DRAIN.toNanos();
    // Not closed: closing would read it to the end.
    try {
      @SuppressWarnings("resource")
      InputStream rest = JsonBody.unread(request);
      for (int n = rest.read(buffer); n >= 0; n = rest.read(buffer)) {
        drained += n;
        if (drained >= MOST_DRAINED || System.nanoTime() - deadline >= 0) {
          break;
        }
      }
    } catch (IOException | RuntimeException e) {
      log.atDebug().setCause(e).log("refused body not drained");
    }
  }

  private static boolean isGone(Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    return cause instanceof SocketException;
  }

  private static String seconds(Duration after) {
    return String.valueOf(Math.max(1, after.plusMillis(999).toSeconds()));
  }
}
