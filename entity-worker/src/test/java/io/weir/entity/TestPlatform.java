package io.weir.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.NatsServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.messaging.Codec;
import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.jetstream.StreamSpec;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Streams;
import io.weir.proto.v1.BreadcrumbEvent;
import io.weir.proto.v1.EntitiesExtracted;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A real nats-server, the embedded MongoDB-wire server and the service as a process of its own,
 * with somebody who listens.
 */
final class TestPlatform implements AutoCloseable {
  /** HTTP requests that the service takes at once. */
  static final int PLACES = 8;

  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  final NatsServer nats;
  final MongoWireServer mongo;
  final ServiceProcess service;
  final Messaging messaging;
  final Queue<Delivery<BreadcrumbEvent>> breadcrumbEvents = new ConcurrentLinkedQueue<>();
  final Queue<Delivery<EntitiesExtracted>> entityEvents = new ConcurrentLinkedQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();

  /** An answer with its JSON body. */
  record Answer(int status, HttpHeaders headers, JsonNode body) {}

  TestPlatform(Path folder) throws Exception {
    nats = NatsServer.start(folder.resolve("nats"));
    mongo = MongoWireServer.inMemory();
    service =
        ServiceProcess.start(
            ServiceLaunch.of(
                    Path.of(System.getProperty("weir.root")),
                    "entity-worker",
                    folder.resolve("service"))
                .with("NATS_URL", nats.url())
                .with("MONGODB_URI", mongo.uri())
                .with("AGENT_ID", "test.node")
                .with("HTTP_MAX_BODY", "64KiB")
                .with("HTTP_MAX_CONCURRENT", String.valueOf(PLACES))
                .with("HTTP_QUEUE_WAIT", "50ms")
                .with("OUTBOX_SWEEP_EVERY", "200ms")
                .with("OUTBOX_SWEEP_AGE", "0ms"),
            Duration.ofSeconds(60));
    messaging =
        new Messaging(
            "observer",
            BrokerSettings.local(nats.url()),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    messaging.start();
    listen(Streams.BREADCRUMB_EVENTS, Codecs.BREADCRUMB_EVENT, breadcrumbEvents);
    listen(Streams.ENTITY_EVENTS, Codecs.ENTITIES_EXTRACTED, entityEvents);
  }

  private <T> void listen(StreamSpec stream, Codec<T> codec, Queue<Delivery<T>> into)
      throws InterruptedException {
    messaging
        .consumer(
            ConsumerSpec.of(stream.name(), "observer"),
            codec,
            delivery -> {
              into.add(delivery);
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT)
        .start();
  }

  Answer send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(service.url().resolve(path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .timeout(PATIENCE);
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.headers(), JSON.readTree(response.body()));
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, "");
  }

  /** Creates a breadcrumb and gives its id. */
  String create(String body) throws IOException, InterruptedException {
    Answer answer = send("POST", "/breadcrumbs", body);
    if (answer.status() != 201) {
      throw new AssertionError(answer.toString());
    }
    return answer.body().path("id").asText();
  }

  /** The breadcrumb once this version of it was extracted. */
  JsonNode extracted(String id, long version) throws InterruptedException {
    return Await.value(
        "extraction of version " + version + " of " + id,
        PATIENCE,
        () -> {
          JsonNode found = get("/breadcrumbs/" + id).body();
          return found.path("extracted_version").asLong() == version ? found : null;
        });
  }

  /** The ids that a search gives, the best first. */
  List<String> search(String query) throws IOException, InterruptedException {
    return get("/search?q=" + query).body().path("results").findValuesAsText("id");
  }

  /** What the metrics page says about a series, or 0. */
  double metric(String series) throws IOException, InterruptedException {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  String metrics() throws IOException, InterruptedException {
    URI address = service.url().resolve("/metrics");
    return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
  }

  long created(String id) {
    return breadcrumbEvents.stream()
        .filter(event -> event.subject().equals("bc." + id + ".created"))
        .count();
  }

  @Override
  public void close() {
    service.close();
    messaging.close();
    mongo.close();
    nats.close();
    http.close();
  }
}
