package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.testsupport.Await;
import io.weir.testsupport.SchemaSample;
import io.weir.testsupport.ScriptedLlm;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over a hundred secrets go into every kind of input of every service, and are looked for in all
 * that the platform writes, shows and sends: docs/secrets.md says where which may be. Three sets,
 * each of all kinds: by HTTP (to be found nowhere), by message straight into a stream (its bytes
 * stay in JetStream as they came), in a chat (that goes to the model that it is meant for).
 */
final class SecretsIT {
  private static final long SEED = 20261128;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> COLLECTIONS =
      List.of(
          "jobs", "breadcrumbs", "context_packs", "enrich_requests", "idempotency_keys", "users");

  private static final List<PlantedSecret> BY_HTTP = PlantedSecret.make(new Random(SEED));
  private static final List<PlantedSecret> BY_MESSAGE = PlantedSecret.make(new Random(SEED + 1));
  private static final List<PlantedSecret> IN_CHAT = PlantedSecret.make(new Random(SEED + 2));
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir static Path home;
  private static ScriptedLlm model;
  private static LocalStack stack;
  private static final List<String> answers = new ArrayList<>();
  private static int next;

  @BeforeAll
  static void start() throws Exception {
    model = ScriptedLlm.start().offering("scripted-large");
    model.answering(request -> SchemaSample.answer(request, "It is done."));
    stack =
        LocalStack.start(
            StackConfig.forTest(Checkout.root(), home)
                .with("OPENAI_BASE_URL", model.baseUrl())
                .with("OPENAI_API_KEY", "sk-provider-key-of-this-test")
                .with("LOG_LEVEL", "DEBUG"),
            state -> {});
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
    model.close();
  }

  @Test
  void noSecretOfAnyInputIsFoundWhereItHasNoBusiness() throws Exception {
    assertTrue(BY_HTTP.size() >= 100, "the issue asks for a hundred");
    plantByHttp();
    plantByMessage();
    plantInAChat();
    assertNowhere();
  }

  @Test
  void settingsThatEndTheStartShowNoSecret() throws Exception {
    PlantedSecret password = BY_HTTP.get(BY_HTTP.size() - 5);
    PlantedSecret key = BY_HTTP.getFirst();
    for (StackService service : StackService.values()) {
      Path app = Checkout.root().resolve(service.module()).resolve("target/app");
      Path jar;
      try (Stream<Path> files = Files.list(app)) {
        jar = files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
      }
      var builder =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(), "-jar", jar.toString())
              .directory(Files.createTempDirectory(home, "start").toFile())
              .redirectErrorStream(true);
      builder.environment().put("NATS_URL", "nats://app:" + password.value() + "@host:no-port");
      builder.environment().put("MONGODB_URI", "mongo://app:" + password.value() + "@host/");
      // Nothing tells of a mere word that it is one; a key tells it itself.
      builder.environment().put("HTTP_PORT", key.value());
      Process process = builder.start();
      String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(78, process.waitFor(), shown);
      assertEquals(Set.of(), new Needles(List.of(password, key)).in(shown), shown);
    }
  }

  private static void plantByHttp() throws Exception {
    String all = written(BY_HTTP);
    ObjectNode job = JsonNodeFactory.instance.objectNode();
    job.put("user_id", "ada").put("job_type", "review").put("file_path", "src/" + any() + ".py");
    job.put("file_content", all).put("language", "python").put("error_log", all);
    job.put("repo_id", "https://ada:" + any() + "@git.internal/repo");
    metadata(job.putObject("metadata"));
    JsonNode accepted = post(StackService.REVIEW_WORKER, "/jobs/enqueue", job, true);
    String id = accepted.path("job_id").asText();
    for (String field : List.of("user_id", "job_type", "priority", "language", "repo_id")) {
      post(StackService.REVIEW_WORKER, "/jobs/enqueue", job.deepCopy().put(field, any()), true);
    }
    debug(job);
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
    enrich.put("audience", half(BY_HTTP, 0)).put("interests_text", half(BY_HTTP, 1));
    BY_HTTP.forEach(secret -> enrich.withArray("product_names").add(secret.written()));
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

  private static void debug(ObjectNode job) throws Exception {
    ObjectNode debug = job.deepCopy().put("job_type", "debug");
    post(StackService.REVIEW_WORKER, "/jobs/enqueue", debug, true);
  }

  private static void metadata(ObjectNode object) {
    for (PlantedSecret secret : BY_HTTP.subList(0, 40)) {
      object.put("note of " + secret.written(), secret.written());
    }
    object.put("db_password", BY_HTTP.get(BY_HTTP.size() - 5).value());
    object.putObject("token").putArray("values").add(BY_HTTP.get(BY_HTTP.size() - 4).value());
  }

  private static void plantByMessage() throws Exception {
    String all = written(BY_MESSAGE);
    List<PlantedSecret> alone = BY_MESSAGE.stream().filter(PlantedSecret::alone).toList();
    List<String> subjects =
        List.of(
            "review.jobs.normal.review",
            "bc.%s.created".formatted("b1"),
            "context.enrich.request",
            "ai.llm.request");
    try (Connection nats = Nats.connect(stack.natsUrl())) {
      var stream = nats.jetStream();
      for (String subject : subjects) {
        int i = subjects.indexOf(subject) * 5;
        Headers json =
            new Headers()
                .add("Content-Type", "application/json")
                .add("Weir-Correlation-Id", alone.get(i).value())
                .add("x-note", alone.get(i + 1).value());
        stream.publish(subject, json, all.getBytes(StandardCharsets.UTF_8));
        stream.publish(subject, all.getBytes(StandardCharsets.UTF_8));
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("correlationId", alone.get(i + 2).value());
        switch (subject) {
          case "context.enrich.request" -> {
            fields
                .put("campaignId", "direct")
                .put("locale", "de-DE")
                .put("audience", half(BY_MESSAGE, 0));
            fields.put("interestsText", half(BY_MESSAGE, 1));
            fields.putObject("attributes").put("api_key", alone.get(i + 3).value());
          }
          case "ai.llm.request" ->
              fields.put("requestJson", "e30=").put("idempotencyKey", alone.get(i + 3).value());
          case "review.jobs.normal.review" ->
              fields
                  .put("jobId", alone.get(i + 3).value())
                  .put("userId", "u")
                  .put("jobType", "review");
          default ->
              fields
                  .put("breadcrumbId", "b1")
                  .put("title", alone.get(i + 3).value())
                  .put("version", 1);
        }
        stream.publish(subject, json, fields.toString().getBytes(StandardCharsets.UTF_8));
      }
      Await.until(
          "the dead letters",
          PATIENCE,
          () ->
              nats.jetStreamManagement()
                      .getStreamInfo("DEAD_LETTERS")
                      .getStreamState()
                      .getMsgCount()
                  >= 2L * subjects.size());
      Await.until(
          "the end of the work",
          PATIENCE,
          () ->
              nats.jetStreamManagement()
                      .getStreamInfo("CONTEXT_REQUESTS")
                      .getStreamState()
                      .getMsgCount()
                  == 0);
    }
  }

  private static void plantInAChat() throws Exception {
    ObjectNode chat = JsonNodeFactory.instance.objectNode().put("model", "auto");
    chat.putArray("messages").addObject().put("role", "user").put("content", written(IN_CHAT));
    var request =
        HttpRequest.newBuilder(stack.url(StackService.LLM_GATEWAY).resolve("/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(chat.toString()));
    HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    answers.add(answer.body());
    var wrong = chat.deepCopy().put("model", "none:" + IN_CHAT.getFirst().value());
    answers.add(
        HTTP.send(
                HttpRequest.newBuilder(
                        stack.url(StackService.LLM_GATEWAY).resolve("/v1/chat/completions"))
                    .POST(BodyPublishers.ofString(wrong.toString()))
                    .build(),
                BodyHandlers.ofString())
            .body());
  }

  /** Collects every hit, so that one run tells all. */
  private static void assertNowhere() throws Exception {
    var everywhere = new ArrayList<PlantedSecret>(BY_HTTP);
    everywhere.addAll(BY_MESSAGE);
    everywhere.addAll(IN_CHAT);
    Needles all = new Needles(everywhere);
    Needles byHttp = new Needles(BY_HTTP);
    var others = new ArrayList<PlantedSecret>(BY_HTTP);
    others.addAll(BY_MESSAGE);
    var hits = new ArrayList<String>();
    for (StackService service : StackService.values()) {
      for (String path : List.of("/metrics", "/metrics.json", "/health", "/health/ready")) {
        note(hits, service + path, all.in(get(service, path)));
      }
    }
    note(hits, "answers", all.in(String.join("\n", answers)));
    Needles notChat = new Needles(others);
    note(hits, "model requests", notChat.in(model.requests().toString()));
    note(hits, "MongoDB's documents", all.in(documents()));
    stack.close();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        boolean stream = file.toString().contains("/jetstream/");
        note(
            hits,
            home.relativize(file).toString(),
            (stream ? byHttp : all).in(Files.readAllBytes(file)));
      }
    }
    assertEquals("", String.join("\n", hits));
  }

  private static void note(List<String> hits, String place, Set<String> found) {
    if (!found.isEmpty()) {
      hits.add(place + ": " + found);
    }
  }

  private static String documents() throws InterruptedException {
    var mongo =
        new Mongo(
            new MongoSettings(stack.mongodbUri(), "weir", 4, Duration.ofSeconds(10)),
            Clock.systemUTC());
    mongo.start();
    try {
      var all = new StringBuilder();
      for (String collection : COLLECTIONS) {
        for (Document document : mongo.all(mongo.collection(collection).find())) {
          all.append(document.toJson()).append('\n');
        }
      }
      return all.toString();
    } finally {
      mongo.close();
    }
  }

  /** The next secret whose form alone tells what it is. */
  private static String any() {
    List<PlantedSecret> alone = BY_HTTP.stream().filter(PlantedSecret::alone).toList();
    return alone.get(next++ % alone.size()).value();
  }

  private static String written(List<PlantedSecret> secrets) {
    return secrets.stream().map(PlantedSecret::written).collect(Collectors.joining("\n"));
  }

  private static String half(List<PlantedSecret> secrets, int which) {
    int middle = secrets.size() / 2;
    return written(
        which == 0 ? secrets.subList(0, middle) : secrets.subList(middle, secrets.size()));
  }

  private static void paths(StackService service, String... forms) throws Exception {
    for (String form : forms) {
      answers.add(get(service, form.formatted(URLEncoder.encode(any(), StandardCharsets.UTF_8))));
    }
  }

  private static boolean json(StackService service, String path, String wanted) throws Exception {
    return get(service, path).contains(wanted);
  }

  private static JsonNode post(StackService service, String path, ObjectNode body, boolean headers)
      throws Exception {
    return Api.json(send(service, path, body.toString(), headers));
  }

  private static String send(StackService service, String path, String body, boolean headers)
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

  private static String get(StackService service, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(uri(service, path))
            .header("User-Agent", any())
            .header("x-api-key", any())
            .timeout(PATIENCE);
    return HTTP.send(request.build(), BodyHandlers.ofString()).body();
  }

  private static URI uri(StackService service, String path) {
    return stack.url(service).resolve(path);
  }
}
