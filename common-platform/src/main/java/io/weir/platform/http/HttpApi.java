package io.weir.platform.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.Method;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.runtime.Service;
import io.weir.platform.contract.RouteSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP interface of a service: its routes, and around each of them what all interfaces share: a
 * {@link Guard}, request ids, one error shape (404, 405 and protocol errors included), limits, a
 * bound on requests at once, time-outs, access log and a timer per endpoint. Every route is named
 * in one table, {@link io.weir.platform.contract.Routes}; one without a handler, and a handler
 * without one, ends the start. Add handlers first, then {@link #attach}. Not thread-safe while
 * being built.
 */
public final class HttpApi {
  /** Bytes; well above every service's own limit, so that a body over that is told so in words. */
  static final long BACKSTOP = 256L * 1024 * 1024;

  private final List<RouteSpec> specs;
  private final HttpSettings settings;
  private final Guard guard;
  private final Places places;
  private final RequestLog requestLog;
  private final List<Route> routes = new ArrayList<>();
  private final ErrorAnswers errors = new ErrorAnswers(ErrorShape.problemJson(), this::methodsOf);
  private final Sockets sockets;

  private record Route(RouteSpec spec, PathMatcher matcher, Handler handler) {
    Method method() {
      return Method.create(spec.method().name());
    }
  }

  /**
   * An interface without handlers.
   *
   * @param specs all routes that it has
   * @param guard who is let in to those that are not open to everybody
   */
  public HttpApi(List<RouteSpec> specs, HttpSettings settings, Guard guard, MeterRegistry meters) {
    this.specs = List.copyOf(specs);
    this.settings = settings;
    this.guard = guard;
    this.places = new Places(settings.maxConcurrent(), settings.queueWait());
    this.requestLog = new RequestLog(meters);
    this.sockets = new Sockets(guard, errors);
  }

  /** The limits of this interface, for handlers that read bodies. */
  public HttpSettings settings() {
    return settings;
  }

  /**
   * Gives a route its handler.
   *
   * @throws IllegalArgumentException when this interface has no such route, or it has a handler
   */
  public HttpApi on(RouteSpec spec, Handler handler) {
    return add(
        spec,
        (request, response) -> {
          RequestLog.name(request, spec.endpoint());
          handler.handle(request, response);
        });
  }

  /** As {@link #on}, for a handler that keeps its own metrics of what it has let in. */
  public HttpApi onUnmetered(RouteSpec spec, Handler handler) {
    return add(spec, handler);
  }

  /**
   * As {@link #onUnmetered}, for an answer that goes on for as long as its client wants: it takes
   * no place from other requests, for {@link LiveStreams} has a bound of its own.
   */
  public HttpApi onLive(RouteSpec spec, Handler handler) {
    return add(spec, handler, false);
  }

  /**
   * Makes a route a WebSocket.
   *
   * @throws IllegalArgumentException as {@link #on}
   */
  public HttpApi onSocket(RouteSpec spec, LiveStreams live, SocketTalk.Opening opening) {
    refuseStranger(spec);
    sockets.add(spec, live, opening);
    Handler plain =
        (request, response) -> errors.refuse(request, response, Sockets.UPGRADE_REQUIRED);
    routes.add(new Route(spec, PathMatchers.create(spec.pattern()), plain));
    return this;
  }

  /** Uses {@code shape} for errors on paths that start with {@code prefix}. */
  public HttpApi errors(String prefix, ErrorShape shape) {
    errors.shape(prefix, shape);
    return this;
  }

  /**
   * Makes this the HTTP interface of {@code service}.
   *
   * @throws IllegalStateException when a route has no handler
   */
  public void attach(Service service) {
    refuseGaps();
    if (guard.asks()) {
      service.guardedRoutes(this::routing);
    } else {
      service.routes(this::routing);
    }
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

  /**
   * Adds the routes and what surrounds them to a server's routing.
   *
   * @throws IllegalStateException when a route has no handler
   */
  public void routing(HttpRouting.Builder routing) {
    refuseGaps();
    routing.addFilter(HttpApi::oneRequest);
    routing.addFilter(requestLog);
    routing.addFilter(sockets);
    routing.error(Throwable.class, errors::answer);
    routes.forEach(route -> routing.route(route.method(), route.spec().pattern(), route.handler()));
  }

  /** Sets the server's limits, time-outs and the shape of errors in the protocol itself. */
  public void server(WebServerConfig.Builder server) {
    // Handlers stop at the limit themselves and answer 413; this only bounds what the server reads
    // of bodies that no handler wanted. It cuts the client off, which then may not see its answer.
    server.maxPayloadSize(Math.max(BACKSTOP, 2L * settings.maxBodyBytes()));
    server.useNio(false);
    var accepted =
        new PatientSockets(
            SocketOptions.builder().readTimeout(settings.readTimeout()).tcpNoDelay(true).build());
    server.connectionOptions(accepted);
    server.maxTcpConnections(settings.maxConnections());
    server
        .protocolsDiscoverServices(false)
        .addConnectionSelector(new WatchedConnections(accepted, sockets.upgraders()));
    var direct = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      direct.addHandler(type, errors);
    }
    server.directHandlers(direct.build());
    sockets.server(server);
  }

  private static void oneRequest(
      FilterChain chain, RoutingRequest request, RoutingResponse response) {
    try {
      chain.proceed();
    } finally {
      ClientWatch.awaitHead();
    }
  }

  private void refuseStranger(RouteSpec spec) {
    if (!specs.contains(spec)) {
      throw new IllegalArgumentException(spec + " is not among the routes of this interface");
    }
    if (routes.stream().anyMatch(route -> route.spec().equals(spec))) {
      throw new IllegalArgumentException(spec + " has a handler already");
    }
  }

  private HttpApi add(RouteSpec spec, Handler handler) {
    return add(spec, handler, true);
  }

  private HttpApi add(RouteSpec spec, Handler handler, boolean takesPlace) {
    refuseStranger(spec);
    Handler limited =
        (request, response) -> {
          JsonBody.limit(request, settings.bodyTimeout());
          handler.handle(request, response);
        };
    Handler placed = takesPlace ? placed(spec, limited) : limited;
    Handler guarded = spec.isPublic() ? placed : guarded(spec, placed);
    routes.add(new Route(spec, PathMatchers.create(spec.pattern()), guarded));
    return this;
  }

  /** Within the guard: whom it refuses takes no place from those that it knows. */
  private Handler placed(RouteSpec spec, Handler handler) {
    return (request, response) -> {
      if (!places.enter()) {
        RequestLog.name(request, spec.endpoint());
        errors.refuse(request, response, places.full());
        return;
      }
      try {
        handler.handle(request, response);
      } finally {
        places.leave();
      }
    };
  }

  private Handler guarded(RouteSpec spec, Handler handler) {
    return (request, response) -> {
      switch (guard.check(request, spec)) {
        case Guard.Verdict.Refused(var problem) -> {
          RequestLog.name(request, spec.endpoint());
          errors.refuse(request, response, problem);
        }
        case Guard.Verdict.Passed(var principal, var headers) -> {
          request.context().register(principal);
          headers.forEach(response::header);
          handler.handle(request, response);
        }
      }
    };
  }

  private void refuseGaps() {
    List<RouteSpec> without =
        specs.stream()
            .filter(spec -> routes.stream().noneMatch(route -> route.spec().equals(spec)))
            .toList();
    if (!without.isEmpty()) {
      throw new IllegalStateException("routes without a handler: " + without);
    }
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
