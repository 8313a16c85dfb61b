package io.weir.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.entity.TestPlatform.Answer;
import io.weir.proto.v1.EntitiesExtracted;
import io.weir.testsupport.Await;
import io.weir.testsupport.PromtoolCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole loop of the service on real parts. Each test has documents of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EntityServiceIT {
  private static final Duration PATIENCE = TestPlatform.PATIENCE;

  private TestPlatform platform;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    platform = new TestPlatform(folder);
  }

  @AfterAll
  void stop() {
    platform.close();
  }

  private static List<String> entities(JsonNode breadcrumb) {
    return StreamSupport.stream(breadcrumb.path("entities").spliterator(), false)
        .map(entity -> entity.path("type").asText() + ":" + entity.path("text").asText())
        .toList();
  }

  @Test
  void documentsBecomeEntitiesAndTheRightOneIsFoundFirst() throws Exception {
    String broker =
        platform.create(
            """
            {"title": "Message brokers at Acme Robotics GmbH", "tags": ["infra"], "schema_name": "note.v1",
             "context": {"content": "Dr. Ada Lovelace moved Acme Robotics GmbH in Berlin to a message broker on 2026-03-14. \
            It costs $5 million; write to ada@acme.example."}}
            """);
    String garden =
        platform.create(
            """
            {"title": "Tomatoes", "context": {"description": "Tomatoes want sun and water. 🍅 Nothing about brokers."}}
            """);
    String code =
        platform.create(
            """
            {"title": "Start of the parser", "context": {"code": "void parseConfig() { load_settings(); }"}}
            """);

    JsonNode found = platform.extracted(broker, 1);
    List<String> entities = entities(found);
    for (String expected :
        List.of(
            "person:Ada Lovelace",
            "organisation:Acme Robotics GmbH",
            "place:Berlin",
            "date:2026-03-14",
            "quantity:$5 million",
            "email:ada@acme.example")) {
      assertTrue(entities.contains(expected), expected + " in " + entities);
    }
    for (JsonNode entity : found.path("entities")) {
      String field = entity.path("field").asText();
      String text =
          field.equals("title")
              ? found.path("title").asText()
              : found.path("context").path(field).asText();
      assertEquals(
          entity.path("text").asText(),
          text.substring(entity.path("start").asInt(), entity.path("end").asInt()));
    }
    platform.extracted(garden, 1);
    assertTrue(entities(platform.extracted(code, 1)).contains("code_symbol:parseConfig"));

    Await.until("search", PATIENCE, () -> platform.search("message+broker").size() == 2);
    assertEquals(List.of(broker, garden), platform.search("message+broker"));
    Await.until("search", PATIENCE, () -> platform.search("parseConfig").equals(List.of(code)));
    assertEquals(List.of(broker), platform.search("lovelace&tags=infra"));
    assertEquals(List.of(), platform.search("lovelace&tags=other"));
    JsonNode best = platform.get("/search?q=lovelace").body().path("results").path(0);
    double sum = 0;
    for (JsonNode part : best.path("score_parts")) {
      sum += part.path("contribution").asDouble();
    }
    assertEquals(best.path("score").asDouble(), sum, 1e-6, best::toString);

    Await.until(
        "one event each",
        PATIENCE,
        () -> List.of(broker, garden, code).stream().allMatch(id -> platform.created(id) == 1));
    EntitiesExtracted announced =
        Await.value(
            "the announcement",
            PATIENCE,
            () ->
                platform.entityEvents.stream()
                    .map(delivery -> delivery.payload())
                    .filter(event -> event.getBreadcrumbId().equals(broker))
                    .findFirst()
                    .orElse(null));
    assertEquals(entities.size(), announced.getEntitiesCount());
    assertTrue(announced.getEntityKeywordsList().contains("acme robotics gmbh"));
  }

  @Test
  void aChangedBreadcrumbIsExtractedAgain() throws Exception {
    String id =
        platform.create(
            "{\"title\": \"Walrus\", \"context\": {\"content\": \"see CVE-2024-1234\"}}");
    assertTrue(entities(platform.extracted(id, 1)).contains("cve:CVE-2024-1234"));
    Answer put =
        platform.send(
            "PUT",
            "/breadcrumbs/" + id,
            "{\"title\": \"Penguin\", \"context\": {\"content\": \"see v1.2.3\"}}");
    assertEquals(200, put.status(), put::toString);
    assertEquals(2, put.body().path("version").asLong());
    List<String> entities = entities(platform.extracted(id, 2));
    assertTrue(entities.contains("version:v1.2.3"), entities::toString);
    assertFalse(entities.contains("cve:CVE-2024-1234"), entities::toString);
    Await.until("search", PATIENCE, () -> platform.search("penguin").equals(List.of(id)));
    assertEquals(List.of(), platform.search("walrus"));
  }

  @Test
  void aDeletedBreadcrumbIsGoneEverywhere() throws Exception {
    String id = platform.create("{\"title\": \"Ephemeral mayfly\"}");
    Await.until("search", PATIENCE, () -> platform.search("mayfly").equals(List.of(id)));
    assertEquals(200, platform.send("DELETE", "/breadcrumbs/" + id, "").status());
    assertEquals(404, platform.get("/breadcrumbs/" + id).status());
    assertEquals(404, platform.send("DELETE", "/breadcrumbs/" + id, "").status());
    assertEquals(List.of(), platform.search("mayfly"));
    Await.until(
        "the announcement",
        PATIENCE,
        () ->
            platform.entityEvents.stream()
                .anyMatch(
                    event ->
                        event.payload().getBreadcrumbId().equals(id)
                            && event.payload().getDeleted()));
    Await.until(
        "the index",
        PATIENCE,
        () -> platform.get("/search?q=mayfly").body().path("matches").asLong() == 0);
  }

  @Test
  void theSameContentIsSkippedAndAnnouncedAgain() throws Exception {
    String body =
        "{\"title\": \"Same again\", \"context\": {\"content\": \"Grace Hopper wrote it.\"}}";
    String id = platform.create(body);
    JsonNode first = platform.extracted(id, 1);
    double skipped = platform.metric("weir_extractions_total{outcome=\"skipped\"");
    assertEquals(200, platform.send("PUT", "/breadcrumbs/" + id, body).status());
    JsonNode second = platform.extracted(id, 2);
    assertEquals(first.path("entities"), second.path("entities"));
    Await.until(
        "the skip is counted",
        PATIENCE,
        () -> platform.metric("weir_extractions_total{outcome=\"skipped\"") == skipped + 1);
    Await.until(
        "both are announced",
        PATIENCE,
        () ->
            platform.entityEvents.stream()
                    .filter(event -> event.payload().getBreadcrumbId().equals(id))
                    .map(event -> event.payload().getVersion())
                    .distinct()
                    .count()
                == 2);
  }

  @Test
  void nothingFoundIsStoredAsAnEmptyResult() throws Exception {
    String id = platform.create("{\"title\": \"?\", \"context\": {\"content\": \"...\"}}");
    JsonNode found = platform.extracted(id, 1);
    assertTrue(
        found.path("entities").isArray() && found.path("entities").isEmpty(), found::toString);
    assertEquals("current", found.path("extraction").asText());
  }

  @Test
  void aRepeatedRequestWithTheSameKeyMakesOneBreadcrumbAndGetsTheSameAnswer() throws Exception {
    String body = "{\"title\": \"Once only\"}";
    Answer first = platform.send("POST", "/breadcrumbs", body, "Idempotency-Key", "key-1");
    assertEquals(201, first.status());
    String id = first.body().path("id").asText();
    assertEquals("/breadcrumbs/" + id, first.headers().firstValue("location").orElse(""));
    platform.extracted(id, 1);
    platform.send("PUT", "/breadcrumbs/" + id, "{\"title\": \"Changed since\"}");

    Answer second = platform.send("POST", "/breadcrumbs", body, "Idempotency-Key", "key-1");
    assertEquals(201, second.status());
    assertEquals(first.body(), second.body());
    for (String header : List.of("location", "etag", "content-type")) {
      assertEquals(first.headers().allValues(header), second.headers().allValues(header), header);
    }
    assertEquals(
        422,
        platform
            .send("POST", "/breadcrumbs", "{\"title\": \"Other\"}", "Idempotency-Key", "key-1")
            .status());
    Answer noKey = platform.send("POST", "/breadcrumbs", body, "Idempotency-Key", "x".repeat(256));
    assertEquals(400, noKey.status());
    assertEquals("Changed since", platform.get("/breadcrumbs/" + id).body().path("title").asText());
    Await.until("one event", PATIENCE, () -> platform.created(id) == 1);
  }

  @Test
  void anyContextComesBackAsItCame() throws Exception {
    String context =
        "{\"$set\":{\"a.b\":1},\"\":null,\"big\":12345678901234567890,\"deep\":[[[[{\"x\":[1.5]}]]]]}";
    String id = platform.create("{\"title\": \"Odd keys\", \"context\": " + context + "}");
    assertEquals(context, platform.extracted(id, 1).path("context").toString());
  }

  @Test
  void metricsAreWhatPrometheusExpects() throws Exception {
    platform.create("{\"title\": \"Measured\"}");
    assertEquals(List.of(), PromtoolCheck.findings(platform.metrics()));
  }
}
