package io.weir.messaging.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.messaging.health.Readiness;
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
    routes.get("/health", this::page);
    for (String path : new String[] {"/health/live", "/livez"}) {
      routes.get(
          path, (request, response) -> send(response, Status.OK_200, Map.of("status", "live")));
    }
    for (String path : new String[] {"/health/ready", "/readyz", "/healthz"}) {
      routes.get(path, this::ready);
    }
    for (String path : new String[] {"/health/started", "/startupz"}) {
      routes.get(path, this::started);
    }
    routes.get("/metrics", this::metrics);
    routes.get("/metrics.json", (request, response) -> summary(response));
  }

  private void page(ServerRequest request, ServerResponse response) {
    Map<String, Object> page = health.page();
    send(
        response,
        "down".equals(page.get("status")) ? Status.SERVICE_UNAVAILABLE_503 : Status.OK_200,
        page);
  }

  private void ready(ServerRequest request, ServerResponse response) {
    switch (health.readiness()) {
      case Readiness.Ready() -> send(response, Status.OK_200, Map.of("status", "ready"));
      case Readiness.NotReady(var reasons) ->
          send(
              response,
              Status.SERVICE_UNAVAILABLE_503,
              Map.of("status", "not ready", "reasons", reasons));
    }
  }

  private void started(ServerRequest request, ServerResponse response) {
    boolean started = lifecycle.phase() != Lifecycle.Phase.STARTING;
    send(
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
      summary(response);
    } else {
      response.header(HeaderNames.CONTENT_TYPE, PROMETHEUS_TEXT).send(meters.scrape());
    }
  }

  private void summary(ServerResponse response) {
    send(response, Status.OK_200, MetricsSummary.of(meters, lifecycle.uptime()));
  }

  private static void send(ServerResponse response, Status status, Map<String, Object> page) {
    try {
      response
          .status(status)
          .header(HeaderNames.CONTENT_TYPE, JSON)
          .send(PRETTY.writeValueAsString(page) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a health page that is no JSON", e);
    }
  }
}
