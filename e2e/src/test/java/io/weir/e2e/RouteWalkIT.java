package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.e2e.KeyedPlatform.Answer;
import io.weir.e2e.KeyedPlatform.Request;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Routes;
import io.weir.testsupport.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks through every route of every service as everybody who might try: nobody, somebody with a
 * key or token that is worth nothing, another user, and the one whose things they are, with a key
 * and with a token. {@code docs/routes.md} shows what it sees.
 */
final class RouteWalkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** A word that is in all that ada has stored, and that nobody else may see. */
  private static final String MARK = "adasown7q";

  private static final String CHAT =
      "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Water boils at 100"
          + " degrees. When does water boil?\"}]}";
  private static final String NOTE =
      """
      {"title": "Ferries %1$s", "context": {"content": "The ferry leaves the harbour at 7:40 %1$s."}%2$s}
      """;

  @TempDir static Path home;
  private static KeyedPlatform platform;
  private static final Map<RouteSpec, Request> requests = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    platform = KeyedPlatform.start(home);
    String job = text(platform.ask(Routes.JOBS_ENQUEUE, job("ada"), platform.ada), "job_id");
    String kept = breadcrumb();
    String gone = breadcrumb();
    awaitDone(
        Routes.JOBS_GET, "/jobs/" + job, page -> page.path("status").asText().equals("completed"));
    for (String id : List.of(kept, gone)) {
      awaitDone(
          Routes.BREADCRUMBS_GET,
          "/breadcrumbs/" + id,
          page -> page.path("extracted_version").asLong() == 1);
    }
    Await.until(
        "ada finds her notes",
        PATIENCE,
        () ->
            platform
                .ask(Routes.SEARCH, Request.of("/search?q=ferry"), platform.ada)
                .body()
                .contains(MARK));
    Answer pack = platform.ask(Routes.ENRICH, enrich("ada-campaign", "?wait=60s"), platform.ada);
    assertTrue(pack.status() == 200 && pack.body().contains(MARK), pack::toString);

    requests.put(Routes.CHAT_COMPLETIONS, new Request("/v1/chat/completions", CHAT));
    requests.put(
        Routes.EMBEDDINGS, new Request("/v1/embeddings", "{\"model\":\"auto\",\"input\":\"a\"}"));
    requests.put(Routes.MODELS, Request.of("/v1/models"));
    requests.put(Routes.MODEL, Request.of("/v1/models/offline"));
    requests.put(Routes.PROVIDERS, Request.of("/v1/providers"));
    requests.put(Routes.GATEWAY_ROOT, Request.of("/"));
    requests.put(Routes.GATEWAY_ROOT_HEAD, Request.of("/"));
    for (RouteSpec route : Routes.all()) {
      if (route.pattern().equals("/openapi.json")) {
        requests.put(route, Request.of("/openapi.json"));
      }
    }
    requests.put(Routes.JOBS_ENQUEUE, job("ada"));
    requests.put(Routes.JOBS_OF_USER, Request.of("/jobs/user/ada"));
    requests.put(Routes.JOBS_GET, Request.of("/jobs/" + job));
    requests.put(Routes.JOBS_EVENTS, Request.of("/jobs/" + job + "/events"));
    requests.put(Routes.JOBS_SOCKET, Request.of("/ws/ada"));
    requests.put(Routes.JOBS_CANCEL, Request.of("/jobs/" + failed() + "/cancel"));
    requests.put(Routes.JOBS_RETRY, Request.of("/jobs/" + failed() + "/retry"));
    requests.put(Routes.QUEUE_INFO, Request.of("/queue/info"));
    requests.put(Routes.STATS, Request.of("/stats"));
    requests.put(
        Routes.BREADCRUMBS_CREATE,
        new Request("/breadcrumbs", NOTE.formatted("by hand", ", \"owner\": \"ada\"")));
    requests.put(Routes.BREADCRUMBS_EVENTS, Request.of("/breadcrumbs/events?owner=ada"));
    requests.put(Routes.BREADCRUMBS_GET, Request.of("/breadcrumbs/" + kept));
    requests.put(
        Routes.BREADCRUMBS_REPLACE,
        new Request("/breadcrumbs/" + kept, NOTE.formatted(MARK + " again", "")));
    requests.put(Routes.BREADCRUMBS_DELETE, Request.of("/breadcrumbs/" + gone));
    requests.put(Routes.SEARCH, Request.of("/search?q=ferry&owner=ada"));
    requests.put(Routes.ENRICH, enrich("ada-campaign", ""));
    requests.put(Routes.PACKS_GET, Request.of("/packs/ada-campaign/en-GB"));
  }

  /** A job of ada's that was given up, so that she may give it up or have it tried again. */
  private static String failed() throws Exception {
    String id = text(platform.ask(Routes.JOBS_ENQUEUE, job("ada"), platform.ada), "job_id");
    awaitDone(
        Routes.JOBS_GET, "/jobs/" + id, page -> page.path("status").asText().equals("completed"));
    platform.set("jobs", id, "status", "cancelled");
    return id;
  }

  @AfterAll
  static void stop() throws Exception {
    platform.close();
  }

  @Test
  void everyRouteLetsInWhoBelongsThereAndStoresNothingForAnybodyElse() throws Exception {
    awaitQuiet();
    Map<RouteSpec, String> seen = new HashMap<>();
    var wrong = new ArrayList<String>();
    for (RouteSpec route : Routes.all()) {
      seen.put(route, refusals(route, request(route), wrong));
    }
    var rows = new ArrayList<String>();
    for (RouteSpec route : Routes.all()) {
      if (route.method() == RouteSpec.Method.GET) { // twice is as good as once
        Answer byToken = platform.ask(route, request(route), platform.adaToken);
        assertTrue(
            byToken.status() / 100 == 2 || byToken.status() == 101,
            () -> route + " refuses ada's token: " + byToken);
      }
      Answer own = platform.ask(route, request(route), platform.ada);
      // Without a model there are no embeddings, for whomever the gateway lets in.
      boolean answered =
          route.equals(Routes.EMBEDDINGS)
              ? own.status() == 400 && own.body().contains("offline_only")
              : own.status() / 100 == 2 || own.status() == 101;
      assertTrue(answered, () -> route + " refuses ada: " + own);
      rows.add("%s | %d | %s |".formatted(row(route), own.status(), seen.get(route)));
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
    Path page = Checkout.root().resolve("docs").resolve("routes.md");
    List<String> shown =
        Files.readAllLines(page).stream().filter(line -> line.startsWith("| `")).toList();
    assertEquals(
        String.join("\n", rows), String.join("\n", shown), "docs/routes.md is out of date");
  }

  /**
   * The statuses for nobody, for what opens nothing, and for another user.
   *
   * @param wrong gets what must never be
   */
  private static String refusals(RouteSpec route, Request request, List<String> wrong)
      throws Exception {
    String before = platform.stored();
    int nobody = platform.ask(route, request, "").status();
    Set<Integer> worthless = new HashSet<>();
    for (String key : platform.worthless()) {
      worthless.add(platform.ask(route, request, key).status());
    }
    Answer foreign = platform.ask(route, request, platform.bob);
    Answer byToken = platform.ask(route, request, platform.bobToken);
    if (byToken.status() != foreign.status() || byToken.body().contains(MARK)) {
      wrong.add("%s answers bob's token %s, his key %s".formatted(route, byToken, foreign));
    }
    if (!before.equals(platform.stored())) {
      wrong.add(route + " has stored what it refused");
    }
    if (foreign.body().contains(MARK)) {
      wrong.add(route + " shows bob " + foreign);
    }
    if (!route.isPublic() && !(nobody == 401 && worthless.equals(Set.of(401)))) {
      wrong.add(
          "%s answers %d to nobody, %s to what is worth nothing"
              .formatted(route, nobody, worthless));
    }
    return "%d | %s | %d".formatted(nobody, worthless.iterator().next(), foreign.status());
  }

  private static Request request(RouteSpec route) {
    return Optional.ofNullable(requests.get(route))
        .orElseThrow(() -> new AssertionError("the walk has no request for " + route));
  }

  /** Until what was asked for at the start is all done. */
  private static void awaitQuiet() throws InterruptedException {
    var last = new AtomicReference<>("");
    var equal = new AtomicInteger();
    Await.until(
        "nothing changes any more",
        PATIENCE,
        () -> {
          String now = platform.stored();
          return (now.equals(last.getAndSet(now)) ? equal.incrementAndGet() : setBack(equal)) >= 20;
        });
  }

  private static int setBack(AtomicInteger number) {
    number.set(0);
    return 0;
  }

  @Test
  void anotherUserFindsAndQuotesNothingOfHers() throws Exception {
    Answer found = platform.ask(Routes.SEARCH, Request.of("/search?q=ferry"), platform.bob);
    assertEquals(200, found.status(), found::toString);
    assertEquals(0, json(found).path("matches").asInt(), found::toString);
    Answer pack = platform.ask(Routes.ENRICH, enrich("bob-campaign", "?wait=60s"), platform.bob);
    assertEquals(200, pack.status(), pack::toString);
    assertFalse(pack.body().contains(MARK), pack::toString);
  }

  @Test
  void whoMayActForAnybodyDoes() throws Exception {
    for (RouteSpec route :
        List.of(Routes.JOBS_GET, Routes.JOBS_OF_USER, Routes.BREADCRUMBS_GET, Routes.PACKS_GET)) {
      Answer answer =
          platform.ask(route, requests.getOrDefault(route, Request.of("/")), platform.operator);
      assertEquals(200, answer.status(), () -> route + " " + answer);
    }
  }

  private static String row(RouteSpec route) {
    return "| `%s` | `%s %s` | %s | %s"
        .formatted(
            route.service(),
            route.method(),
            route.pattern(),
            route.scope().map(scope -> "`" + scope.text() + "`").orElse("none"),
            route.shape() == RouteSpec.Shape.OPENAI ? "OpenAI" : "RFC 9457");
  }

  private static Request job(String user) {
    return new Request(
        "/jobs/enqueue",
        """
        {"user_id": "%s", "job_type": "review", "file_path": "a.py", "file_content": "x = '%s'\\n"}
        """
            .formatted(user, MARK));
  }

  private static Request enrich(String campaign, String query) {
    return new Request(
        "/enrich" + query,
        """
        {"campaign_id": "%s", "locale": "en-GB", "interests_text": "ferry harbour"}
        """
            .formatted(campaign));
  }

  private static String breadcrumb() throws Exception {
    Request note = new Request("/breadcrumbs", NOTE.formatted(MARK, ""));
    return text(platform.ask(Routes.BREADCRUMBS_CREATE, note, platform.ada), "id");
  }

  private static void awaitDone(
      RouteSpec route, String path, java.util.function.Predicate<JsonNode> done)
      throws InterruptedException {
    Await.until(
        path + " is done",
        PATIENCE,
        () -> done.test(json(platform.ask(route, Request.of(path), platform.ada))));
  }

  private static String text(Answer answer, String field) {
    String found = json(answer).path(field).asText();
    assertFalse(found.isEmpty(), answer::toString);
    return found;
  }

  private static JsonNode json(Answer answer) {
    return Api.json(answer.body());
  }
}
