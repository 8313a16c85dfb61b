package io.weir.messaging.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.messaging.health.Readiness;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code /health} and {@code /metrics}: for operators and orchestrators, without authentication.
 * Liveness looks at no dependency: restarting a process does not bring a database back.
 */
final class ManagementRoutes {
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";
  private static final ObjectWriter PRETTY =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private final HealthReport health;
  private final Lifecycle lifecycle;
  private final PrometheusMeterRegistry meters;

  ManagementRoutes(HealthReport health, Lifecycle lifecycle, PrometheusMeterRegistry meters) {
    this.health = health;
    this.lifecycle = lifecycle;
    this.meters = meters;
  }

  void register(HttpRouting.Builder routes) {
    page(routes, "/health", this::health);
    page(routes, "/metrics", this::metrics);
    page(routes, "/metrics.json", this::summary);
    for (String path : new String[] {"/health/live", "/livez"}) {
      page(routes, path, this::live);
    }
    for (String path : new String[] {"/health/ready", "/readyz", "/healthz"}) {
      page(routes, path, this::ready);
    }
    for (String path : new String[] {"/health/started", "/startupz"}) {
      page(routes, path, this::started);
    }
  }

  /** Many monitors ask for the head alone. */
  private static void page(HttpRouting.Builder routes, String path, Handler handler) {
    routes.get(path, handler).head(path, handler);
  }

  private void live(ServerRequest request, ServerResponse response) {
    send(request, response, Status.OK_200, Map.of("status", "live"));
  }

  private void health(ServerRequest request, ServerResponse response) {
    Map<String, Object> page = health.page();
    send(
        request,
        response,
        "down".equals(page.get("status")) ? Status.SERVICE_UNAVAILABLE_503 : Status.OK_200,
        page);
  }

  private void ready(ServerRequest request, ServerResponse response) {
    switch (health.readiness()) {
      case Readiness.Ready() -> send(request, response, Status.OK_200, Map.of("status", "ready"));
      case Readiness.NotReady(var reasons) ->
          send(
              request,
              response,
              Status.SERVICE_UNAVAILABLE_503,
              Map.of("status", "not ready", "reasons", reasons));
    }
  }

  private void started(ServerRequest request, ServerResponse response) {
    boolean started = lifecycle.phase() != Lifecycle.Phase.STARTING;
    send(
        request,
        response,
        started ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503,
        Map.of("status", started ? "started" : "starting"));
  }

  private void metrics(ServerRequest request, ServerResponse response) {
    boolean wantsJson =
        request
            .headers()
            .first(HeaderNames.ACCEPT)
            .filter(accept -> accept.startsWith(JSON))
            .isPresent();
    if (wantsJson) {
      summary(request, response);
    } else {
      send(request, response, Status.OK_200, PROMETHEUS_TEXT, meters.scrape());
    }
  }

  private void summary(ServerRequest request, ServerResponse response) {
    send(request, response, Status.OK_200, MetricsSummary.of(meters, lifecycle.uptime()));
  }

  private static void send(
      ServerRequest request, ServerResponse response, Status status, Map<String, Object> page) {
    try {
      send(request, response, status, JSON, PRETTY.writeValueAsString(page) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a health page that is no JSON", e);
    }
  }

  private static void send(
      ServerRequest request, ServerResponse response, Status status, String type, String page) {
    response.status(status).header(HeaderNames.CONTENT_TYPE, type);
    if (request.prologue().method().equals(Method.HEAD)) {
      // What follows a head is taken for the next answer.
      int length = page.getBytes(StandardCharsets.UTF_8).length;
      response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(length)).send();
    } else {
      response.send(page);
    }
  }
}
