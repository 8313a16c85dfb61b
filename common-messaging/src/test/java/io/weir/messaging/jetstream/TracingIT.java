package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static io.weir.messaging.jetstream.TestMessaging.WORK;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.weir.messaging.Outcome;
import io.weir.messaging.trace.Tracing;
import io.weir.testsupport.Await;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.MDC;

/** From publish to consume to publish to consume. */
@Timeout(60)
final class TracingIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ConsumerSpec RESULTS =
      ConsumerSpec.of("RESULTS", "collector").filteredBy(RESULT);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String INCOMING = "00-" + TRACE + "-00f067aa0ba902b7-01";

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();

  /** What handlers saw: trace id in the log context and traceparent of the delivery. */
  private final Map<String, String> logged = new ConcurrentHashMap<>();

  private final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();

  @AfterEach
  void stop() throws Exception {
    sdk.close();
  }

  private Messaging chain(OpenTelemetry telemetry) throws InterruptedException {
    Messaging messaging =
        nats.started(
            new Messaging(
                "traced",
                BrokerSettings.local(nats.server.url()),
                new SimpleMeterRegistry(),
                Clock.systemUTC(),
                new Tracing(telemetry)));
    nats.started(
        messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              note("work", delivery.headers());
              return delivery.payload().getValue().equals("hopeless")
                  ? Outcome.dead("hopeless")
                  : Outcome.done(message(RESULT.with("k"), "r", "result"));
            },
            ConsumerOptions.DEFAULT));
    nats.started(
        messaging.consumer(
            RESULTS,
            CODEC,
            delivery -> {
              note("result", delivery.headers());
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT));
    return messaging;
  }

  private void note(String where, Map<String, String> of) {
    logged.put(where, String.valueOf(MDC.get("trace.id")));
    headers.put(where, of);
  }

  private void publishRaw(Map<String, String> with) throws Exception {
    Headers headers = new Headers();
    with.forEach((name, value) -> headers.put(name, value));
    nats.observer
        .jetStream()
        .publish(
            NatsMessage.builder()
                .subject("work.raw")
                .headers(headers)
                .data(StringValue.of("v").toByteArray())
                .build());
    Await.until(
        "the result",
        PATIENCE,
        () -> !logged("result").equals("none") && !header("result", "Nats-Msg-Id").equals("none"));
  }

  private SpanData span(String name) throws InterruptedException {
    return Await.value(
        "span " + name,
        PATIENCE,
        () ->
            spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElse(null));
  }

  private String header(String where, String name) {
    return headers.getOrDefault(where, Map.of()).getOrDefault(name, "none");
  }

  private String logged(String where) {
    return logged.getOrDefault(where, "none");
  }

  private static String text(SpanData span, String key) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(key)));
  }

  @Test
  void oneTraceLinksPublishAndHandlingOverTwoHops() throws Exception {
    chain(sdk).publisher().publish(message(WORK.with("k"), "id-1", "v"));
    Await.until("four spans", PATIENCE, () -> spans.getFinishedSpanItems().size() == 4);
    SpanData send = span("send work.{key}");
    SpanData process = span("process WORK");
    SpanData sendResult = span("send result.{key}");
    SpanData processResult = span("process result.{key}");
    for (SpanData span : List.of(send, process, sendResult, processResult)) {
      assertEquals(send.getTraceId(), span.getTraceId(), span.getName());
      assertEquals("nats", text(span, "messaging.system"));
      assertEquals(StatusCode.UNSET, span.getStatus().getStatusCode());
    }
    assertEquals("0000000000000000", send.getParentSpanId());
    assertEquals(send.getSpanId(), process.getParentSpanId());
    assertEquals(process.getSpanId(), sendResult.getParentSpanId());
    assertEquals(sendResult.getSpanId(), processResult.getParentSpanId());
    assertEquals(SpanKind.PRODUCER, send.getKind());
    assertEquals(SpanKind.CONSUMER, process.getKind());
    assertEquals("send", text(send, "messaging.operation.name"));
    assertEquals("send", text(send, "messaging.operation.type"));
    assertEquals("process", text(process, "messaging.operation.name"));
    assertEquals("work.k", text(process, "messaging.destination.name"));
    assertEquals("work.{key}", text(send, "messaging.destination.template"));
    assertEquals("worker", text(process, "messaging.consumer.group.name"));
    assertEquals("id-1", text(process, "messaging.message.id"));
    assertEquals("corr-id-1", text(send, "messaging.message.conversation_id"));
    assertEquals("done", text(process, "weir.outcome"));
    assertEquals(send.getTraceId(), logged("work"));
    assertEquals(send.getTraceId(), logged("result"));
  }

  @Test
  void pipelinedPublishesAreTracedToTheirEnd() throws Exception {
    chain(sdk).publisher().publishAsync(message(WORK.with("k"), "id-1", "v")).get();
    Await.until("four spans", PATIENCE, () -> spans.getFinishedSpanItems().size() == 4);
    assertEquals(
        1, spans.getFinishedSpanItems().stream().map(SpanData::getTraceId).distinct().count());
  }

  @Test
  void workThatIsGivenUpIsShownAsAnError() throws Exception {
    chain(sdk).publisher().publish(message(WORK.with("k"), "id-1", "hopeless"));
    SpanData process = span("process WORK");
    assertEquals(StatusCode.ERROR, process.getStatus().getStatusCode());
    assertEquals("dead", text(process, "error.type"));
  }

  @Test
  void withoutAnSdkAContextThatCameInGoesOnUnchanged() throws Exception {
    chain(OpenTelemetry.noop());
    publishRaw(Map.of("traceparent", INCOMING, "tracestate", "vendor=1"));
    assertEquals(INCOMING, header("result", "traceparent"));
    assertEquals("vendor=1", header("result", "tracestate"));
    assertEquals(TRACE, logged("work"));
    assertEquals(TRACE, logged("result"));
  }

  @Test
  void withAnSdkAContextThatCameInIsTheParentOfOurSpans() throws Exception {
    chain(sdk);
    publishRaw(Map.of("traceparent", INCOMING));
    Await.until("three spans", PATIENCE, () -> spans.getFinishedSpanItems().size() == 3);
    spans.getFinishedSpanItems().forEach(span -> assertEquals(TRACE, span.getTraceId()));
  }

  @Test
  void whereNoValidContextCameOneIsMadeThatTheWholeWorkCarries() throws Exception {
    chain(OpenTelemetry.noop());
    publishRaw(Map.of("traceparent", "nonsense"));
    String made = logged("work");
    assertTrue(made.matches("[0-9a-f]{32}"), made);
    assertNotEquals("0".repeat(32), made);
    assertEquals(made, logged("result"));
    assertTrue(header("result", "traceparent").contains(made));
  }
}
