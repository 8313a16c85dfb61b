package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Messaging;
import io.weir.testsupport.Await;
import io.weir.testsupport.PromtoolCheck;
import io.weir.testsupport.TestNats;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All four services together: what operators see, what bad input gets, and the way through each.
 */
final class PlatformIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path home;
  private static LocalStack stack;
  private static Connection nats;
  private static Messaging messaging;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(StackConfig.forTest(Checkout.root(), home), state -> {});
    nats = TestNats.connect(stack.natsUrl());
    messaging =
        new Messaging(
            "e2e",
            BrokerSettings.local(stack.natsUrl()),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    messaging.start();
  }

  @AfterAll
  static void stop() throws Exception {
    messaging.close();
    nats.close();
    stack.close();
  }

  private static Api api(StackService service) {
    return new Api(stack.url(service));
  }

  @ParameterizedTest
  @EnumSource(StackService.class)
  void everyServiceTellsItsHealth(StackService service) throws Exception {
    JsonNode page = api(service).get("/health").json();
    assertEquals("ok", page.path("status").asText(), page::toPrettyString);
    assertEquals(service.module(), page.path("service").asText());
    assertEquals("connected", page.path("nats").asText());
    assertTrue(page.path("uptime").isNumber() && page.path("memory").path("rss").asInt() > 0);
    for (String path :
        List.of(
            "/health/live", "/health/ready", "/health/started", "/livez", "/readyz", "/healthz")) {
      assertEquals(200, api(service).get(path).status(), path);
    }
  }

  @ParameterizedTest
  @EnumSource(StackService.class)
  void everyServicesMetricsPassPromtool(StackService service) throws Exception {
    String metrics = api(service).get("/metrics").body();
    assertTrue(metrics.contains("weir_nats_connected"), metrics);
    assertEquals(List.of(), PromtoolCheck.findings(metrics));
    JsonNode summary = api(service).get("/metrics.json").json();
    assertTrue(summary.has("uptime") && summary.has("requests") && summary.has("memory"));
  }

  @ParameterizedTest
  @EnumSource(StackService.class)
  void anUnknownRouteIsATold404(StackService service) throws Exception {
    Api.Answer answer = api(service).get("/no/such/route");
    assertEquals(404, answer.status(), answer::toString);
    assertTrue(answer.json().isObject(), answer::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "LLM_GATEWAY, /v1/chat/completions",
    "REVIEW_WORKER, /jobs/enqueue",
    "ENTITY_WORKER, /breadcrumbs",
    "ENRICHER_SERVICE, /enrich",
  })
  void unparsableJsonIsA400ThatTellsWhere(StackService service, String path) throws Exception {
    Api.Answer answer = api(service).post(path, "{\"a\": 1,\n \"b\" oops}");
    assertEquals(400, answer.status(), answer::toString);
    assertTrue(answer.body().contains("line 2"), answer::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "LLM_GATEWAY, /v1/chat/completions, messages",
    "REVIEW_WORKER, /jobs/enqueue, user_id",
    "ENTITY_WORKER, /breadcrumbs, title",
    "ENRICHER_SERVICE, /enrich, campaign_id",
  })
  void aMissingFieldIsA400ThatNamesIt(StackService service, String path, String field)
      throws Exception {
    Api.Answer answer = api(service).post(path, "{\"model\": \"offline\"}");
    assertEquals(400, answer.status(), answer::toString);
    assertTrue(answer.body().contains(field), answer::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "LLM_GATEWAY, /v1/chat/completions",
    "REVIEW_WORKER, /jobs/enqueue",
    "ENTITY_WORKER, /breadcrumbs",
    "ENRICHER_SERVICE, /enrich",
  })
  void aBodyOverTheLimitIsA413(StackService service, String path) throws Exception {
    String body = "{\"text\": \"" + "x".repeat(33 << 20) + "\"}";
    Api.Answer answer = api(service).post(path, body);
    assertEquals(413, answer.status(), () -> answer.status() + " " + answer.headers());
  }

  @ParameterizedTest
  @CsvSource({
    "ai.llm.request, LLM_REQUESTS",
    "review.jobs.normal.review, REVIEW_JOBS",
    "bc.some-id.created, BREADCRUMB_EVENTS",
    "context.enrich.request, CONTEXT_REQUESTS",
  })
  void aMessageThatIsNoProtobufGoesToTheDeadLettersWithTheReason(String subject, String stream)
      throws Exception {
    byte[] rubbish = ("\u0007rubbish " + subject).getBytes(StandardCharsets.UTF_8);
    nats.jetStream().publish(subject, rubbish);
    DeadLetter letter =
        Await.value(
            "the dead letter",
            PATIENCE,
            () ->
                messaging.deadLetters().list(0, 100).stream()
                    .filter(dead -> dead.stream().equals(stream))
                    .findFirst()
                    .orElse(null));
    assertEquals(subject, letter.subject());
    assertEquals("invalid", letter.errorClass());
    assertEquals(new String(rubbish, StandardCharsets.UTF_8), letter.payload().toStringUtf8());
    assertTrue(letter.error().contains("weir.v1"), letter.error());
    assertFalse(letter.head().service().isEmpty());
  }

  @Test
  void aBriefPublishedByHandAsJsonBecomesAReadyPack() throws Exception {
    var headers = new io.nats.client.impl.Headers();
    headers.put("Content-Type", "application/json");
    nats.jetStream()
        .publish(
            io.nats.client.impl.NatsMessage.builder()
                .subject("context.enrich.request")
                .headers(headers)
                .data(
                    """
                    {"campaignId": "by-hand", "locale": "de-DE", "region": "DE", "audience": "cyclists",
                     "brandCompliance": {"bannedWords": ["cheap"]}}
                    """
                        .getBytes(StandardCharsets.UTF_8))
                .build());
    JsonNode pack =
        Await.value(
            "the pack",
            PATIENCE,
            () -> {
              Api.Answer answer = api(StackService.ENRICHER_SERVICE).get("/packs/by-hand/de-DE");
              return answer.status() == 200 ? answer.json() : null;
            });
    assertTrue(pack.toString().contains("cheap"), pack::toPrettyString);
    Await.until(
        "the announcement",
        PATIENCE,
        () ->
            nats.jetStreamManagement()
                    .getStreamInfo("CONTEXT_EVENTS")
                    .getStreamState()
                    .getMsgCount()
                > 0);
    Await.until(
        "an empty work queue",
        PATIENCE,
        () ->
            nats.jetStreamManagement()
                    .getStreamInfo("CONTEXT_REQUESTS")
                    .getStreamState()
                    .getMsgCount()
                == 0);
  }

  @Test
  void everythingNeededIsInPlaceAndNothingIsLeftInHand() throws Exception {
    Map<String, String> durables =
        Map.of(
            "LLM_REQUESTS", "llm-gateway",
            "BREADCRUMB_EVENTS", "entity-extractor",
            "CONTEXT_REQUESTS", "enricher");
    for (var entry : durables.entrySet()) {
      assertTrue(
          nats.jetStreamManagement().getConsumerNames(entry.getKey()).contains(entry.getValue()),
          entry::toString);
    }
    assertFalse(nats.jetStreamManagement().getConsumerNames("REVIEW_JOBS").isEmpty());
  }
}
