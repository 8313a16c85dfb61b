package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackService;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Puts secrets into every kind of input of a platform, and keeps what is answered. */
final class SecretInputs {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A line on which the findings of the model stand. */
  static final String CODE = "import os\n";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final LocalStack stack;
  private final List<PlantedSecret> secrets;
  private final List<String> answers = new ArrayList<>();
  private int next;

  /**
   * @param secrets those that are sent by HTTP
   */
  SecretInputs(LocalStack stack, List<PlantedSecret> secrets) {
    this.stack = stack;
    this.secrets = secrets;
  }

  /** All that was answered. */
  String answers() {
    return String.join("\n", answers);
  }

  void byHttp() throws Exception {
    String all = written(secrets);
    ObjectNode job = JsonNodeFactory.instance.objectNode();
    job.put("user_id", "ada").put("job_type", "review").put("file_path", "src/" + any() + ".py");
    job.put("file_content", CODE + all).put("language", "python").put("error_log", all);
    job.put("repo_id", "https://ada:" + any() + "@git.internal/repo");
    metadata(job.putObject("metadata"));
    JsonNode accepted = post(StackService.REVIEW_WORKER, "/jobs/enqueue", job, true);
    String id = accepted.path("job_id").asText();
    for (String field : List.of("user_id", "job_type", "priority", "language", "repo_id")) {
      post(StackService.REVIEW_WORKER, "/jobs/enqueue", job.deepCopy().put(field, any()), true);
    }
    debug(job);
    inASocket();
    paths(StackService.REVIEW_WORKER, "/jobs/%s", "/jobs/user/%s", "/%s", "/stats?q=%s");

    ObjectNode breadcrumb = JsonNodeFactory.instance.objectNode();
    breadcrumb.put("title", "Ferry " + any()).put("schema_name", "note");
    metadata(breadcrumb.putObject("context").put("content", all).put("code", all));
    breadcrumb.putArray("tags").add(any()).add("ferry");
    JsonNode made = post(StackService.ENTITY_WORKER, "/breadcrumbs", breadcrumb, true);
    for (String field : List.of("schema_name", "owner", "context", "tags")) {
      post(
          StackService.ENTITY_WORKER,
          "/breadcrumbs",
          breadcrumb.deepCopy().put(field, any()),
          true);
    }
    paths(StackService.ENTITY_WORKER, "/breadcrumbs/%s", "/search?q=%s", "/search?limit=%s", "/%s");

    ObjectNode enrich = JsonNodeFactory.instance.objectNode();
    enrich.put("campaign_id", "spring").put("locale", "de-DE").put("region", any());
    enrich.put("audience", half(secrets, 0)).put("interests_text", half(secrets, 1));
    secrets.forEach(secret -> enrich.withArray("product_names").add(secret.written()));
    ObjectNode brand = enrich.putObject("brand_compliance");
    brand.putArray("banned_words").add(any());
    brand.putArray("legal_guidelines").add(any());
    metadata(enrich.putObject("attributes"));
    post(StackService.ENRICHER_SERVICE, "/enrich?wait=100s", enrich, true);
    for (String field : List.of("campaign_id", "locale", "profile", "correlation_id", "age_min")) {
      post(StackService.ENRICHER_SERVICE, "/enrich", enrich.deepCopy().put(field, any()), true);
    }
    paths(StackService.ENRICHER_SERVICE, "/packs/%s/de-DE", "/packs/spring/%s", "/enrich?wait=%s");
    paths(StackService.LLM_GATEWAY, "/v1/%s", "/v1/models?key=%s");
    for (StackService service : StackService.values()) {
      send(service, "/jobs/enqueue", "{\"x\": " + any() + "}", true);
      answers.add(get(service, "/" + URLEncoder.encode(colon(), StandardCharsets.UTF_8)));
      answers.add(toHost(service, any()));
      answers.add(toHost(service, "ada:" + any() + "@host"));
    }

    Await.until(
        "the job", PATIENCE, () -> json(StackService.REVIEW_WORKER, "/jobs/" + id, "completed"));
    Await.until(
        "the breadcrumb",
        PATIENCE,
        () ->
            json(
                StackService.ENTITY_WORKER,
                "/breadcrumbs/" + made.path("id").asText(),
                "\"current\""));
  }

  private void debug(ObjectNode job) throws Exception {
    ObjectNode debug = job.deepCopy().put("job_type", "debug");
    post(StackService.REVIEW_WORKER, "/jobs/enqueue", debug, true);
  }

  /** Who watches, and what for, is told again, and what is wrong with a message quotes it. */
  private void inASocket() throws InterruptedException {
    String http = uri(StackService.REVIEW_WORKER, "/ws/" + any()).toString();
    try (var socket =
        new SecretSocket(HTTP, URI.create(http.replaceFirst("^http", "ws")), PATIENCE)) {
      answers.add(socket.next());
      answers.add(socket.asked("{\"type\": \"filter\", \"jobs\": [\"%s\"]}".formatted(any())));
      answers.add(socket.asked("{\"type\": \"filter\", \"statuses\": [\"%s\"]}".formatted(any())));
      answers.add(socket.asked("{\"type\": \"%s\"}".formatted(any())));
    }
  }

  private void metadata(ObjectNode object) {
    for (PlantedSecret secret : secrets.subList(0, 40)) {
      object.put("note of " + secret.written(), secret.written());
    }
    object.put("db_password", secrets.get(secrets.size() - 5).value());
    object.putObject("token").putArray("values").add(secrets.get(secrets.size() - 4).value());
  }

  void inAChat(List<PlantedSecret> chatted) throws Exception {
    ObjectNode chat = JsonNodeFactory.instance.objectNode().put("model", "auto");
    chat.putArray("messages").addObject().put("role", "user").put("content", written(chatted));
    var request =
        HttpRequest.newBuilder(stack.url(StackService.LLM_GATEWAY).resolve("/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(chat.toString()));
    HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    answers.add(answer.body());
    var wrong = chat.deepCopy().put("model", "none:" + chatted.getFirst().value());
    answers.add(
        HTTP.send(
                HttpRequest.newBuilder(
                        stack.url(StackService.LLM_GATEWAY).resolve("/v1/chat/completions"))
                    .POST(BodyPublishers.ofString(wrong.toString()))
                    .build(),
                BodyHandlers.ofString())
            .body());
  }

  /** The next secret whose form alone tells what it is. */
  private String any() {
    List<PlantedSecret> alone = secrets.stream().filter(PlantedSecret::alone).toList();
    return alone.get(next++ % alone.size()).value();
  }

  /** One that an address spells in another way. */
  private String colon() {
    return secrets.stream()
        .filter(secret -> secret.alone() && secret.value().contains(":"))
        .findAny()
        .orElseThrow()
        .value();
  }

  static String written(List<PlantedSecret> secrets) {
    return secrets.stream().map(PlantedSecret::written).collect(Collectors.joining("\n"));
  }

  static String half(List<PlantedSecret> secrets, int which) {
    int middle = secrets.size() / 2;
    return written(
        which == 0 ? secrets.subList(0, middle) : secrets.subList(middle, secrets.size()));
  }

  private void paths(StackService service, String... forms) throws Exception {
    for (String form : forms) {
      answers.add(get(service, form.formatted(URLEncoder.encode(any(), StandardCharsets.UTF_8))));
    }
  }

  private boolean json(StackService service, String path, String wanted) throws Exception {
    return get(service, path).contains(wanted);
  }

  private JsonNode post(StackService service, String path, ObjectNode body, boolean headers)
      throws Exception {
    return Api.json(send(service, path, body.toString(), headers));
  }

  private String send(StackService service, String path, String body, boolean headers)
      throws Exception {
    var request =
        HttpRequest.newBuilder(uri(service, path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers) {
      for (String name :
          List.of(
              "x-request-id",
              "x-correlation-id",
              "traceparent",
              "tracestate",
              "User-Agent",
              "Cookie",
              "Referer",
              "X-Forwarded-For",
              "Idempotency-Key")) {
        request.header(name, any());
      }
      request.header("Authorization", "Bearer " + any());
    }
    HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
    answers.add(answer.headers().map() + "\n" + answer.body());
    return answer.body();
  }

  String get(StackService service, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(uri(service, path))
            .header("User-Agent", any())
            .header("x-api-key", any())
            .timeout(PATIENCE);
    return HTTP.send(request.build(), BodyHandlers.ofString()).body();
  }

  /** The JDK's client sets this header itself. */
  private String toHost(StackService service, String host) throws IOException {
    URI uri = uri(service, "/health/live");
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      String request =
          "GET /nowhere HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(host);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private URI uri(StackService service, String path) {
    return stack.url(service).resolve(path);
  }
}
