package io.weir.enricher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.NatsServer;
import io.weir.localstack.NatsServerOptions;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.proto.v1.ContextEnrichReady;
import io.weir.proto.v1.ContextEnrichRequest;
import io.weir.testsupport.Await;
import io.weir.testsupport.TestNats;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The enricher as its own process on a real nats-server, the embedded MongoDB-wire server and a
 * stand-in for the search, with an observer on the subjects.
 */
final class EnricherStack implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final Duration START = Duration.ofMinutes(2);
  private static final String REQUEST = "context.enrich.request";
  private static final String READY = "context.enrich.ready";
  private static final String SEARCH_RESULTS =
      """
      {"results": [{"id": "doc-1", "version": 3, "title": "Trail guide", "score": 2.5, "context": {
        "content": "The office is closed. Trail running shoes need deep lugs for mud. Ask at the desk."}}]}
      """;

  final NatsServer nats;
  final MongoWireServer mongo = MongoWireServer.inMemory();
  final StandIn search = StandIn.answering(200, SEARCH_RESULTS);
  final ServiceProcess service;
  final List<ContextEnrichReady> ready = new CopyOnWriteArrayList<>();
  private final Connection observer;
  private final Messaging messaging;
  private final HttpClient http = HttpClient.newHttpClient();

  /** An answer of the HTTP interface. */
  record Answer(int status, JsonNode body) {}

  EnricherStack(Path folder, String llmBaseUrl) throws Exception {
    this(folder, llmBaseUrl, Map.of());
  }

  EnricherStack(Path folder, String llmBaseUrl, Map<String, String> more) throws Exception {
    // Less than the longest body of a request, so that one can be too large for the broker.
    nats =
        NatsServer.start(
            NatsServerOptions.in(folder.resolve("nats")).withExtraConfig("max_payload: 64KB"));
    ServiceLaunch launch =
        ServiceLaunch.of(
                Path.of(System.getProperty("weir.root")),
                "enricher-service",
                folder.resolve("service"))
            .with("NATS_URL", nats.url())
            .with("MONGODB_URI", mongo.uri())
            .with("LLM_BASE_URL", llmBaseUrl)
            .with("LLM_CIRCUIT_OPEN_FOR", "1s")
            .with("SEARCH_URL", search.uri().toString())
            .with("ENRICHER_ACK_WAIT", "6s");
    for (Map.Entry<String, String> setting : more.entrySet()) {
      launch = launch.with(setting.getKey(), setting.getValue());
    }
    service = ServiceProcess.start(launch, START);
    observer = TestNats.connect(nats.url());
    var _ =
        observer
            .jetStream()
            .subscribe(
                READY,
                observer.createDispatcher(),
                message -> ready.add(parsed(message.getData())),
                true);
    messaging =
        new Messaging(
            "test", BrokerSettings.local(nats.url()), new SimpleMeterRegistry(), Clock.systemUTC());
    messaging.start();
  }

  private static ContextEnrichReady parsed(byte[] data) {
    try {
      return ContextEnrichReady.parseFrom(data);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a ready message that is none", e);
    }
  }

  void restoreSearch() {
    search.answer(200, SEARCH_RESULTS);
  }

  void publish(ContextEnrichRequest request) throws Exception {
    publish(request.getCorrelationId(), request.toByteArray());
  }

  void publish(String messageId, byte[] payload) throws Exception {
    var _ =
        observer
            .jetStream()
            .publish(
                NatsMessage.builder()
                    .subject(REQUEST)
                    .headers(new Headers().put("Nats-Msg-Id", messageId))
                    .data(payload)
                    .build());
  }

  ContextEnrichReady awaitReady(String correlationId) throws InterruptedException {
    return awaitReady(correlationId, PATIENCE);
  }

  ContextEnrichReady awaitReady(String correlationId, Duration within) throws InterruptedException {
    return Await.value(
        "ready message " + correlationId,
        within,
        () -> readyFor(correlationId).stream().findFirst().orElse(null));
  }

  List<ContextEnrichReady> readyFor(String correlationId) {
    return ready.stream().filter(r -> r.getCorrelationId().equals(correlationId)).toList();
  }

  DeadLetter awaitDeadLetter(String text) throws InterruptedException {
    return Await.value(
        "dead letter with '" + text + "'",
        PATIENCE,
        () ->
            messaging.deadLetters().list(0, 100).stream()
                .filter(letter -> letter.error().contains(text))
                .findFirst()
                .orElse(null));
  }

  long waitingRequests() throws Exception {
    return observer
        .jetStreamManagement()
        .getStreamInfo("CONTEXT_REQUESTS")
        .getStreamState()
        .getMsgCount();
  }

  Answer get(String path) throws Exception {
    return send(HttpRequest.newBuilder(at(path)).build());
  }

  Answer post(String path, String body, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(at(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  /** A way to the service's store; to be closed. */
  Mongo store() throws InterruptedException {
    var store =
        new Mongo(
            MongoSettings.read(SettingsReader.of(Map.of("MONGODB_URI", mongo.uri()))),
            Clock.systemUTC());
    store.start();
    return store;
  }

  private URI at(String path) {
    return service.url().resolve(path);
  }

  private Answer send(HttpRequest request) throws Exception {
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), new ObjectMapper().readTree(response.body()));
  }

  @Override
  public void close() throws Exception {
    messaging.close();
    observer.close();
    http.close();
    service.close();
    search.close();
    mongo.close();
    nats.close();
  }
}
