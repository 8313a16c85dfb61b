package io.weir.messaging.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.Status;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.weir.messaging.trace.Tracing;
import io.weir.testsupport.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What a request carries goes on with all that its handler sends. */
final class HttpTraceIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String INCOMING = "00-" + TRACE + "-00f067aa0ba902b7-01";

  private final HttpClient http = HttpClient.newHttpClient();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  private HttpServer server = server(OpenTelemetry.noop());

  @AfterEach
  void stop() {
    server.stop();
    sdk.close();
    http.close();
  }

  /** Answers what its handler would send on: {@code <traceparent> <trace id in the logs>}. */
  private static HttpServer server(OpenTelemetry telemetry) {
    var settings =
        new RuntimeSettings(
            "127.0.0.1", 0, 0, Duration.ofSeconds(1), "INFO", "text", Path.of("logs"), false);
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Clock clock = Clock.systemUTC();
    var service = new Service("traced", meters, clock);
    service.routes(
        routes ->
            routes
                .get(
                    "/sent",
                    (request, response) -> {
                      var sent = new StringBuilder();
                      Tracing.inject(
                          (name, value) -> sent.append(name.equals("traceparent") ? value : ""));
                      response.send(sent + " " + MDC.get("trace.id"));
                    })
                .get(
                    "/broken",
                    (request, response) ->
                        response.status(Status.INTERNAL_SERVER_ERROR_500).send("")));
    var lifecycle = new Lifecycle(clock);
    lifecycle.advance(Lifecycle.Phase.RUNNING);
    var health = new HealthReport("traced", "1", clock, lifecycle, List.of(), List.of());
    var server =
        new HttpServer(
            settings,
            service,
            new ManagementRoutes(health, lifecycle, meters),
            lifecycle,
            new Tracing(telemetry));
    server.start();
    return server;
  }

  private String get(String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  /** A span ends a moment after its answer was sent. */
  private List<SpanData> finished(int count) throws InterruptedException {
    Await.until(
        count + " spans",
        Duration.ofSeconds(20),
        () -> spans.getFinishedSpanItems().size() >= count);
    return spans.getFinishedSpanItems();
  }

  @Test
  void theContextOfARequestGoesOnUnchanged() throws Exception {
    assertEquals(INCOMING + " " + TRACE, get("/sent", "traceparent", INCOMING));
  }

  @Test
  void aRequestWithoutAValidContextGetsOneOfItsOwn() throws Exception {
    String first = get("/sent");
    String second = get("/sent", "traceparent", "00-" + "0".repeat(32) + "-nonsense");
    for (String made : List.of(first, second)) {
      assertTrue(made.matches("00-([0-9a-f]{32})-[0-9a-f]{16}-01 \\1"), made);
    }
    assertNotEquals(first, second);
  }

  @Test
  void withAnSdkARequestIsASpanBetweenItsCallerAndWhatItSends() throws Exception {
    server.stop();
    server = server(sdk);
    String sent = get("/sent", "traceparent", INCOMING);
    String broken = get("/broken");
    assertEquals("", broken);
    List<SpanData> finished = finished(2);
    SpanData span = finished.getFirst();
    assertEquals("GET", span.getName());
    assertEquals(SpanKind.SERVER, span.getKind());
    assertEquals(TRACE, span.getTraceId());
    assertEquals("00f067aa0ba902b7", span.getParentSpanId());
    assertTrue(sent.contains(span.getSpanId()), sent);
    assertEquals(200L, span.getAttributes().get(AttributeKey.longKey("http.response.status_code")));
    assertEquals(StatusCode.ERROR, finished.getLast().getStatus().getStatusCode());
  }

  @Test
  void probesAreNotTraced() throws Exception {
    server.stop();
    server = server(sdk);
    assertTrue(get("/health/live").contains("live"));
    var _ = get("/sent");
    assertEquals(1, finished(1).size(), "the request that is no probe");
  }
}
