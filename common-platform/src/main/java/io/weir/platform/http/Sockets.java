package io.weir.platform.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.webserver.websocket.WsUpgrader;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsUpgradeException;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.access.Principal;
import io.weir.platform.contract.RouteSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The routes of an interface that become WebSockets. The same guard stands before them as before
 * the others, and all that it refuses is told in HTTP, before anything is a socket. The server has
 * checked the origin of a web page by then: a browser sends cookies and reaches this machine's
 * addresses for a page of anybody's. Not thread-safe while being built.
 */
final class Sockets implements Filter {
  /** The socket that the current request becomes, while it does. */
  private static final ScopedValue<SocketConnection<?>> BECOMES = ScopedValue.newInstance();

  static final Problem UPGRADE_REQUIRED =
      new Problem(
          426,
          "Upgrade required",
          "this is a WebSocket; connect to it with ws:// or wss://",
          List.of(),
          Optional.empty(),
          Map.of("Upgrade", "websocket"));

  private final Guard guard;
  private final ErrorAnswers errors;
  private final List<Route> routes = new ArrayList<>();

  private record Route(
      RouteSpec spec, PathMatcher matcher, LiveStreams live, SocketTalk.Opening opening) {}

  Sockets(Guard guard, ErrorAnswers errors) {
    this.guard = guard;
    this.errors = errors;
  }

  void add(RouteSpec spec, LiveStreams live, SocketTalk.Opening opening) {
    routes.add(new Route(spec, PathMatchers.create(spec.pattern()), live, opening));
  }

  /** Adds the protocol and its routes to a server. */
  void server(WebServerConfig.Builder server) {
    if (routes.isEmpty()) {
      return;
    }
    WsRouting.Builder routing = WsRouting.builder();
    routes.forEach(route -> routing.endpoint(route.spec().pattern(), Sockets::listener));
    server.addRouting(routing);
    server.addProtocol(protocol());
  }

  /** How a connection becomes a socket; none where there are no sockets. */
  Map<String, Http1Upgrader> upgraders() {
    return routes.isEmpty() ? Map.of() : Map.of("websocket", WsUpgrader.create(protocol()));
  }

  private WsConfig protocol() {
    LiveSettings settings = routes.getFirst().live().settings();
    return WsConfig.builder()
        .maxFrameLength(settings.maxMessageBytes())
        .origins(settings.origins())
        .build();
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Route asked = asked(request.prologue());
    if (asked == null) {
      chain.proceed();
      return;
    }
    RequestLog.name(request, asked.spec().endpoint());
    try {
      SocketProtocol.allowKey(request);
      switch (guard.check(request, asked.spec())) {
        case Guard.Verdict.Refused(var problem) -> errors.refuse(request, response, problem);
        case Guard.Verdict.Passed(var principal, var headers) -> {
          request.context().register(principal);
          headers.forEach(response::header);
          proceed(asked, principal, chain, request);
        }
      }
    } catch (ProblemException | DependencyUnavailableException | InterruptedException e) {
      errors.answer(request, response, e);
    }
  }

  /** Looked for at every request, most of which are for no socket. */
  private @Nullable Route asked(HttpPrologue prologue) {
    for (Route route : routes) {
      if (isFor(route, prologue)) {
        return route;
      }
    }
    return null;
  }

  private static void proceed(
      Route route, Principal principal, FilterChain chain, RoutingRequest request)
      throws InterruptedException {
    if (!request.headers().contains(HeaderNames.UPGRADE)) {
      chain.proceed(); // and is told that this is a socket
      return;
    }
    var path = route.matcher().match(request.prologue().uriPath()).path();
    SocketTalk<?> talk = route.opening().open(request, path.pathParameters()::get);
    SocketConnection<?> connection;
    try {
      connection = connection(talk, route.live(), principal);
    } catch (ProblemException e) {
      talk.close();
      throw e;
    }
    try {
      ScopedValue.where(BECOMES, connection).run(chain::proceed);
    } catch (RuntimeException e) {
      connection.abandon();
      throw e;
    }
    if (!connection.upgraded()) {
      connection.abandon();
    }
  }

  private static <T> SocketConnection<T> connection(
      SocketTalk<T> talk, LiveStreams live, Principal principal) {
    return new SocketConnection<>(talk, live, live.enter(principal, talk.mailbox()));
  }

  private static boolean isFor(Route route, HttpPrologue prologue) {
    return prologue.method().equals(Method.GET)
        && route.matcher().match(prologue.uriPath()).accepted();
  }

  private static WsListener listener() {
    return BECOMES.isBound() ? BECOMES.get() : new Nobody();
  }

  /** For a port where no guard stands, such as that of the management pages. */
  private static final class Nobody implements WsListener {
    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers)
        throws WsUpgradeException {
      throw new WsUpgradeException("there are no sockets here");
    }
  }
}
