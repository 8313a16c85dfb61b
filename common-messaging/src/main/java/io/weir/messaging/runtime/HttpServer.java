package io.weir.messaging.runtime;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.weir.messaging.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The HTTP servers of a service: its own interface, and the management pages there or on a port of
 * their own.
 */
final class HttpServer {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration STOP_GRACE = Duration.ofSeconds(1);

  private final RuntimeSettings settings;
  private final Service service;
  private final ManagementRoutes management;
  private final Lifecycle lifecycle;
  private final Tracing tracing;
  private final List<WebServer> servers = new ArrayList<>();
  private final AtomicInteger inHand = new AtomicInteger();

  HttpServer(
      RuntimeSettings settings,
      Service service,
      ManagementRoutes management,
      Lifecycle lifecycle,
      Tracing tracing) {
    this.settings = settings;
    this.service = service;
    this.management = management;
    this.lifecycle = lifecycle;
    this.tracing = tracing;
  }

  void start() {
    boolean shared = settings.managementPort() == settings.port();
    servers.add(
        serve(
            settings.port(),
            routes -> {
              routes.addFilter(new LastAnswer());
              routes.addFilter(this::onlyWhileRunning);
              if (shared) {
                management.register(routes);
              }
              service.routes().forEach(more -> more.accept(routes));
            }));
    if (!shared) {
      servers.add(
          serve(
              settings.managementPort(),
              routes -> {
                routes.addFilter(new LastAnswer());
                management.register(routes);
              }));
    }
  }

  int port() {
    return servers.getFirst().port();
  }

  /** Waits until all requests in hand are answered, but no longer than {@code timeout}. */
  void awaitIdle(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (inHand.get() > 0 && System.nanoTime() - deadline < 0) {
      var _ = new CountDownLatch(1).await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  void stop() {
    servers.forEach(WebServer::stop);
  }

  private WebServer serve(int port, Consumer<HttpRouting.Builder> routes) {
    WebServerConfig.Builder config =
        WebServer.builder()
            .host(settings.host())
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(STOP_GRACE);
    service.serverOptions().forEach(options -> options.accept(config));
    WebServer server = config.routing(routes).build().start();
    // Helidon logs a port it can't have and returns; it does not throw.
    if (!server.isRunning()) {
      throw new IllegalStateException(
          "can't listen on %s:%d; set HTTP_PORT or MANAGEMENT_PORT to a free port, or stop what uses this one"
              .formatted(settings.host(), port));
    }
    return server;
  }

  /** Before the start is done and after the stop has begun there is nobody to do the work. */
  private void onlyWhileRunning(
      FilterChain chain, RoutingRequest request, RoutingResponse response) {
    if (ManagementPaths.include(request.path().path())) {
      chain.proceed();
      return;
    }
    // Counted before the look at the phase, so that a stop never misses one that slipped through.
    inHand.incrementAndGet();
    try {
      if (lifecycle.phase() == Lifecycle.Phase.RUNNING) {
        tracing.serve(
            request.prologue().method().text(),
            request.path().path(),
            name -> request.headers().first(HeaderNames.create(name)).orElse(null),
            () -> response.status().code(),
            chain::proceed);
      } else {
        unavailable(request, response);
      }
    } finally {
      inHand.decrementAndGet();
    }
  }

  private void unavailable(RoutingRequest request, RoutingResponse response) {
    boolean starting = lifecycle.phase() == Lifecycle.Phase.STARTING;
    String reason =
        "%s is %s; try again shortly".formatted(service.name(), starting ? "starting" : "stopping");
    service.notRunning().answer(request, response, reason);
  }
}
