package io.weir.platform.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.Method;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.runtime.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP interface of a service: its routes, and around each of them what all interfaces share:
 * request ids, one error shape (404, 405 and protocol errors included), limits, time-outs, access
 * log and a timer per endpoint. Add routes first, then {@link #attach}. Not thread-safe while being
 * built.
 */
public final class HttpApi {
  /** Bytes; well above every service's own limit, so that a body over that is told so in words. */
  static final long BACKSTOP = 256L * 1024 * 1024;

  private final HttpSettings settings;
  private final RequestLog requestLog;
  private final List<Route> routes = new ArrayList<>();
  private final ErrorAnswers errors = new ErrorAnswers(ErrorShape.problemJson(), this::methodsOf);

  private record Route(Method method, String pattern, PathMatcher matcher, Handler handler) {}

  public HttpApi(HttpSettings settings, MeterRegistry meters) {
    this.settings = settings;
    this.requestLog = new RequestLog(meters);
  }

  /** The limits of this interface, for handlers that read bodies. */
  public HttpSettings settings() {
    return settings;
  }

  public HttpApi get(String pattern, String endpoint, Handler handler) {
    return route(Method.GET, pattern, endpoint, handler);
  }

  public HttpApi post(String pattern, String endpoint, Handler handler) {
    return route(Method.POST, pattern, endpoint, handler);
  }

  public HttpApi put(String pattern, String endpoint, Handler handler) {
    return route(Method.PUT, pattern, endpoint, handler);
  }

  public HttpApi delete(String pattern, String endpoint, Handler handler) {
    return route(Method.DELETE, pattern, endpoint, handler);
  }

  /**
   * Adds a route.
   *
   * @param pattern its path, such as {@code /jobs/{id}}
   * @param endpoint its name in metrics and logs, such as {@code jobs_enqueue}
   */
  public HttpApi route(Method method, String pattern, String endpoint, Handler handler) {
    routes.add(
        new Route(
            method,
            pattern,
            PathMatchers.create(pattern),
            (request, response) -> {
              RequestLog.name(request, endpoint);
              JsonBody.limit(request, settings.bodyTimeout());
              handler.handle(request, response);
            }));
    return this;
  }

  /** Uses {@code shape} for errors on paths that start with {@code prefix}. */
  public HttpApi errors(String prefix, ErrorShape shape) {
    errors.shape(prefix, shape);
    return this;
  }

  /** Makes this the HTTP interface of {@code service}. */
  public void attach(Service service) {
    service.routes(this::routing);
    service.server(this::server);
    service.whileNotRunning(this::notRunning);
  }

  /** In the shape of the API, though nothing that surrounds its routes is passed. */
  void notRunning(RoutingRequest request, RoutingResponse response, String reason) {
    RequestIdentity identity = RequestIdentity.of(request);
    response.header(RequestIdentity.REQUEST_ID, identity.requestId());
    response.header(RequestIdentity.CORRELATION_ID, identity.correlationId());
    var problem = Problem.unavailable(reason, Duration.ofSeconds(1));
    errors.answer(request, response, new ProblemException(problem));
  }

  /** Adds the routes and what surrounds them to a server's routing. */
  public void routing(HttpRouting.Builder routing) {
    routing.addFilter(requestLog);
    routing.error(Throwable.class, errors::answer);
    routes.forEach(route -> routing.route(route.method(), route.pattern(), route.handler()));
  }

  /** Sets the server's limits, time-outs and the shape of errors in the protocol itself. */
  public void server(WebServerConfig.Builder server) {
    // Handlers stop at the limit themselves and answer 413; this only bounds what the server reads
    // of bodies that no handler wanted. It cuts the client off, which then may not see its answer.
    server.maxPayloadSize(Math.max(BACKSTOP, 2L * settings.maxBodyBytes()));
    server.connectionOptions(
        SocketOptions.builder().readTimeout(settings.readTimeout()).tcpNoDelay(true).build());
    var direct = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      direct.addHandler(type, errors);
    }
    server.directHandlers(direct.build());
  }

  /** The methods that the path of {@code request} has; empty when there is no such path. */
  private List<String> methodsOf(ServerRequest request) {
    return routes.stream()
        .filter(route -> route.matcher().match(request.prologue().uriPath()).accepted())
        .map(route -> route.method().text())
        .distinct()
        .toList();
  }
}
