package io.weir.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.completion.AnswerCache;
import io.weir.gateway.completion.AnswerShelf;
import io.weir.gateway.completion.Catalogue;
import io.weir.gateway.completion.Counting;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.provider.ConfiguredProviders;
import io.weir.gateway.provider.Offline;
import io.weir.gateway.routing.Routing;
import io.weir.gateway.tools.NoTools;
import io.weir.gateway.upstream.UpstreamHttp;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.DocumentRoute;
import io.weir.platform.http.EventOutput;
import io.weir.platform.http.Guard;
import io.weir.platform.http.HttpApi;
import io.weir.proto.v1.LlmUsage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The gateway's HTTP side on a free port, wired as the service wires it, with its settings. */
final class RunningGateway implements AutoCloseable {
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Catalogue catalogue;

  /** What calls were told to have used. */
  final CopyOnWriteArrayList<LlmUsage> told = new CopyOnWriteArrayList<>();

  private final UpstreamHttp upstream;
  private final WebServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RunningGateway(Map<String, String> environment) {
    this(environment, Duration.ofSeconds(15));
  }

  RunningGateway(Map<String, String> environment, Duration keepAlive) {
    SettingsReader settings = SettingsReader.of(environment);
    GatewayConfig config = GatewayConfig.read(settings);
    settings.check();
    Clock clock = Clock.systemUTC();
    upstream = new UpstreamHttp(config.timeOuts());
    catalogue =
        new Catalogue(
            ConfiguredProviders.of(config.providers(), upstream, clock), new Offline(clock));
    Routing routing = Counting.routing(config.usage().aliases(), config.routing().gates(), clock);
    var completions = Counting.telling(catalogue, routing, meters, told);
    var shelf =
        new AnswerShelf(
            config.limits().storedAnswerBytes(), config.limits().storedAnswerAge(), clock);
    Guard guard =
        Guard.of(
            config.access(),
            Guard.LOCAL_USER,
            () -> {
              throw new IllegalStateException("this gateway has no store of keys");
            },
            clock);
    var api = new HttpApi(Routes.of("llm-gateway"), config.http(), guard, meters);
    var cached =
        Counting.cached(
            completions,
            catalogue,
            new AnswerCache.Bounds(
                config.cache().bytes(), config.cache().entries(), config.cache().age()),
            meters,
            told);
    new ChatRoutes(
            cached,
            NoTools.over(completions, cached),
            shelf,
            Counting.kept(shelf, clock),
            new RequestMeter(meters),
            config,
            new EventOutput.Patience(keepAlive, Duration.ofSeconds(30)))
        .addTo(api);
    new ModelRoutes(catalogue, new ModelPage(config.usage().models(), routing, clock)).addTo(api);
    new ProviderRoutes(catalogue, routing.gates()).addTo(api);
    new DocumentRoute("llm-gateway").addTo(api);
    var builder = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(builder);
    server = builder.routing(api::routing).build().start();
  }

  /** One before a provider at {@code baseUrl} that offers the model {@code m}. */
  static RunningGateway with(String baseUrl, String... settings) {
    var environment = new HashMap<String, String>();
    environment.put("OPENAI_BASE_URL", baseUrl);
    environment.put("OPENAI_MODELS", "m");
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    return new RunningGateway(environment);
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  HttpResponse<String> chat(String body, String... headers)
      throws IOException, InterruptedException {
    return post("/v1/chat/completions", body, headers);
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(path, body, headers), HttpResponse.BodyHandlers.ofString());
  }

  /** Returns when the answer's headers are there. */
  HttpResponse<InputStream> openChat(String body, String... headers)
      throws IOException, InterruptedException {
    return client.send(
        request("/v1/chat/completions", body, headers), HttpResponse.BodyHandlers.ofInputStream());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url(path)))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return Json.MAPPER.readTree(response.body());
  }

  static JsonNode error(HttpResponse<String> response) throws IOException {
    return json(response).path("error");
  }

  static void assertError(HttpResponse<String> response, String type, String code)
      throws IOException {
    JsonNode error = error(response);
    assertEquals(type, error.path("type").asText(), response.body());
    assertEquals(code, error.path("code").asText(), response.body());
    assertFalse(error.path("message").asText().isEmpty());
    assertTrue(error.has("param"));
  }

  private HttpRequest request(String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(100)); // the tests have their own, shorter ones
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  @Override
  public void close() {
    server.stop();
    catalogue.close();
    upstream.close();
  }
}
