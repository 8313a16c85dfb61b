package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.platform.contract.Routes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentRouteIT {
  private static final HttpSettings SETTINGS =
      new HttpSettings(2048, Duration.ofSeconds(10), Duration.ofSeconds(10), 10, Duration.ZERO);

  private final HttpClient client = HttpClient.newHttpClient();
  private WebServer server;

  @BeforeAll
  void start() {
    var api =
        new HttpApi(
            List.of(Routes.ENTITY_DOCUMENT),
            SETTINGS,
            TestRoutes.anybody(),
            new SimpleMeterRegistry());
    new DocumentRoute("entity-worker").addTo(api);
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(config);
    server = config.routing(api::routing).build().start();
  }

  @AfterAll
  void stop() {
    server.stop();
    client.close();
  }

  @Test
  void theDocumentIsServedAndNotSentToWhoHasIt() throws Exception {
    HttpResponse<String> first = get("");
    assertEquals(200, first.statusCode());
    assertEquals("application/json", first.headers().firstValue("content-type").orElse(""));
    assertTrue(first.body().startsWith("{\"openapi\":\"3.1.0\""), first.body());
    assertTrue(first.headers().firstValue("cache-control").isPresent());
    String tag = first.headers().firstValue("etag").orElseThrow();
    for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
      HttpResponse<String> again = get(known);
      assertEquals(304, again.statusCode(), known);
      assertEquals("", again.body());
      assertEquals(tag, again.headers().firstValue("etag").orElse(""));
    }
    assertNotEquals(304, get("\"other\"").statusCode());
  }

  private HttpResponse<String> get(String known) throws Exception {
    var address = URI.create("http://127.0.0.1:%d/openapi.json".formatted(server.port()));
    var request = HttpRequest.newBuilder(address);
    if (!known.isEmpty()) {
      request.header("If-None-Match", known);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
