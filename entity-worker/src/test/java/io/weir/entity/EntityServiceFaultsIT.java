package io.weir.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.weir.entity.TestPlatform.Answer;
import io.weir.messaging.Outgoing;
import io.weir.messaging.ProtobufCodec;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.BreadcrumbEvent;
import io.weir.testsupport.Await;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What the service does with bad input, outages and its own death, on real parts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EntityServiceFaultsIT {
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

  @Test
  void anEventOfAnUnknownBreadcrumbIsSettled() throws Exception {
    double before = platform.metric("weir_extractions_total{outcome=\"not_found\"");
    BreadcrumbEvent event =
        BreadcrumbEvent.newBuilder()
            .setType(BreadcrumbEvent.Type.TYPE_CREATED)
            .setBreadcrumbId("unknown")
            .setVersion(1)
            .build();
    platform
        .messaging
        .publisher()
        .publish(
            Outgoing.of(
                Subjects.BREADCRUMB_CREATED.with("unknown"),
                "unknown-1",
                Codecs.BREADCRUMB_EVENT,
                event,
                ""));
    Await.until(
        "it is counted",
        PATIENCE,
        () -> platform.metric("weir_extractions_total{outcome=\"not_found\"") == before + 1);
    assertTrue(
        platform.messaging.deadLetters().list(0, 100).stream()
            .noneMatch(letter -> letter.subject().equals("bc.unknown.created")));
  }

  @Test
  void whatIsNoProtobufGoesToTheDeadLettersWithTheReason() throws Exception {
    platform
        .messaging
        .publisher()
        .publish(
            new Outgoing(
                Subjects.BREADCRUMB_CREATED.with("garbage"),
                "garbage-1",
                ByteString.copyFromUtf8("not protobuf at all"),
                ProtobufCodec.BINARY,
                "weir.v1.BreadcrumbEvent",
                ""));
    String reason =
        Await.value(
            "the dead letter of the extractor",
            PATIENCE,
            () ->
                platform.messaging.deadLetters().list(0, 100).stream()
                    .filter(letter -> letter.subject().equals("bc.garbage.created"))
                    .filter(letter -> letter.consumer().equals("entity-extractor"))
                    .map(letter -> letter.error())
                    .findFirst()
                    .orElse(null));
    assertTrue(reason.contains("not a valid weir.v1.BreadcrumbEvent"), reason);
  }

  @Test
  void aFullServiceTurnsRequestsAwayAndStillTellsItsHealth() throws Exception {
    var waiting = new ArrayList<Socket>();
    try {
      for (int i = 0; i < TestPlatform.PLACES; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), platform.service.url().getPort());
        waiting.add(socket);
        String head = "POST /breadcrumbs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      }
      Await.until("no place is free", PATIENCE, () -> platform.get("/search?q=x").status() == 429);
      Answer refused = platform.send("POST", "/breadcrumbs", "{\"title\": \"late\"}");
      assertEquals(429, refused.status(), refused::toString);
      assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
      assertEquals("too_many_requests_at_once", refused.body().path("code").asText());
      assertEquals(429, platform.get("/openapi.json").status());
      for (String path : List.of("/health", "/health/live", "/readyz", "/metrics.json")) {
        assertEquals(200, platform.get(path).status(), path);
      }
      assertTrue(platform.metrics().contains("weir_nats_connected"));
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
    Await.until("places are free", PATIENCE, () -> platform.get("/search?q=x").status() == 200);
  }

  @Test
  void badRequestsAreToldWhatIsWrong() throws Exception {
    Answer missing = platform.send("POST", "/breadcrumbs", "{\"context\": 5, \"tags\": [\"a,b\"]}");
    assertEquals(400, missing.status());
    List<String> fields = missing.body().path("errors").findValuesAsText("field");
    assertTrue(fields.containsAll(List.of("title", "context", "tags")), missing::toString);

    Answer unparsable = platform.send("POST", "/breadcrumbs", "{\"title\": \n oops}");
    assertEquals(400, unparsable.status());
    assertTrue(unparsable.body().path("detail").asText().contains("line 2"), unparsable::toString);

    assertEquals(
        413,
        platform
            .send("POST", "/breadcrumbs", "{\"title\": \"" + "x".repeat(70_000) + "\"}")
            .status());
    assertEquals(404, platform.get("/nowhere").status());
    assertEquals(404, platform.get("/breadcrumbs/no%20such").status());
    assertEquals(404, platform.send("PUT", "/breadcrumbs/none", "{\"title\": \"t\"}").status());
    Answer noQuery = platform.get("/search?limit=0");
    assertEquals(400, noQuery.status());
    assertTrue(
        noQuery.body().path("errors").findValuesAsText("field").containsAll(List.of("q", "limit")),
        noQuery::toString);
    Answer surrogate =
        platform.send(
            "POST", "/breadcrumbs", "{\"title\": \"t\", \"context\": {\"content\": \"\\ud83d\"}}");
    assertEquals(400, surrogate.status());
  }

  @Test
  void aChangeMadeFromAnOldVersionIsRefused() throws Exception {
    String id = platform.create("{\"title\": \"One\"}");
    assertEquals(
        200,
        platform
            .send("PUT", "/breadcrumbs/" + id, "{\"title\": \"Two\"}", "If-Match", "\"1\"")
            .status());
    assertEquals(
        412,
        platform
            .send("PUT", "/breadcrumbs/" + id, "{\"title\": \"Three\"}", "If-Match", "\"1\"")
            .status());
    assertEquals("Two", platform.get("/breadcrumbs/" + id).body().path("title").asText());
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void anEventIsPublishedLaterWhenTheBrokerWasAway() throws Exception {
    platform.nats.kill();
    Await.until(
        "the outage is noticed",
        PATIENCE,
        () -> platform.get("/health").body().path("nats").asText().equals("disconnected"));
    Answer answer = platform.send("POST", "/breadcrumbs", "{\"title\": \"Stormproof lantern\"}");
    assertEquals(201, answer.status(), answer::toString);
    assertEquals("pending", answer.body().path("event").asText());
    platform.nats.restart();
    String id = answer.body().path("id").asText();
    platform.extracted(id, 1);
    Await.until("search", PATIENCE, () -> platform.search("lantern").equals(List.of(id)));
    Await.until("one event", PATIENCE, () -> platform.created(id) == 1);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void theIndexIsFilledAgainAfterAKill() throws Exception {
    String id = platform.create("{\"title\": \"Phoenix feather\"}");
    Await.until("search", PATIENCE, () -> platform.search("feather").equals(List.of(id)));
    platform.service.kill();
    platform.service.restart(Duration.ofSeconds(60));
    assertEquals(List.of(id), platform.search("feather"));
    assertTrue(platform.service.stop(), "drained by itself");
    assertEquals(0, platform.service.process().exitCode().orElse(-1));
  }
}
