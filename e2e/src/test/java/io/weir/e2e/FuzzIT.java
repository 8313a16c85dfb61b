package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.KeyedPlatform.Answer;
import io.weir.e2e.KeyedPlatform.Request;
import io.weir.e2e.fuzz.FuzzLimits;
import io.weir.e2e.fuzz.Fuzzer;
import io.weir.e2e.fuzz.ServedDocument;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Routes;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that are made from the documents which the services serve, valid and hostile: what must
 * hold of each answer is in {@code fuzz.Oracle}, and of a request that was not accepted nothing is
 * stored or published. {@code ./weir test --fuzz} plays many.
 *
 * <p>{@code -Dfuzz.requests} [500] a service, {@code -Dfuzz.seed} [1]; {@code -Dfuzz.first} [0] is
 * the number of the first, for one alone.
 */
final class FuzzIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Well above what a loaded machine needs, and the time-outs below. */
  private static final Duration BOUND = Duration.ofSeconds(60);

  private static final Map<String, String> SETTINGS =
      Map.of(
          "HTTP_READ_TIMEOUT", "15s",
          "HTTP_BODY_TIMEOUT", "15s",
          "HTTP_MAX_BODY", FuzzLimits.BODY + "B",
          "MAX_CONCURRENT", "1",
          "MAX_PENDING_PER_USER", "20000",
          "API_KEY_PLAN", "unlimited");

  /** A model, or a job in the right state. */
  private static final Set<RouteSpec> NEEDS_MORE =
      Set.of(Routes.EMBEDDINGS, Routes.JOBS_CANCEL, Routes.JOBS_RETRY);

  @TempDir Path home;

  @Test
  void theServicesKeepToTheirDocumentsWhateverIsSent() throws Exception {
    int requests = Integer.getInteger("fuzz.requests", 500);
    int first = Integer.getInteger("fuzz.first", 0);
    long seed = Long.getLong("fuzz.seed", 1);
    System.out.printf("fuzz: seed %d, %d requests a service%n", seed, requests);
    try (KeyedPlatform platform = KeyedPlatform.start(home, SETTINGS)) {
      var keys = new Fuzzer.Keys(platform.operator, platform.ada, platform.worthless());
      Map<String, List<String>> ids = there(platform);
      Map<String, Fuzzer> fuzzers = new TreeMap<>();
      for (String service : services()) {
        byte[] document = document(platform, service).getBytes(StandardCharsets.UTF_8);
        int port = platform.url(service).getPort();
        fuzzers.put(
            service,
            new Fuzzer(new ServedDocument(document), service, port, seed, keys, BOUND, ids));
      }
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var running = new ArrayList<Future<?>>();
        for (Fuzzer fuzzer : fuzzers.values()) {
          running.add(
              threads.submit(
                  () -> {
                    fuzzer.run(first, requests);
                    return null;
                  }));
        }
        for (Future<?> one : running) {
          one.get();
        }
      }
      conclude(platform, fuzzers, seed, requests);
    }
  }

  private static void conclude(
      KeyedPlatform platform, Map<String, Fuzzer> fuzzers, long seed, int requests)
      throws Exception {
    var wrong = new ArrayList<String>();
    Map<String, Integer> kept = new HashMap<>();
    platform.everything(
        line ->
            fuzzers.forEach(
                (service, fuzzer) -> {
                  fuzzer
                      .refusedIn(line)
                      .forEach(
                          index ->
                              wrong.add(
                                  "%s: stored of #%d, which was refused: %s"
                                      .formatted(service, index, line)));
                  kept.merge(service, fuzzer.acceptedIn(line), Integer::sum);
                }));
    fuzzers.forEach(
        (service, fuzzer) -> {
          wrong.addAll(fuzzer.findings());
          System.out.println(fuzzer.summary() + ", stored " + kept.getOrDefault(service, 0));
        });
    Path report = Checkout.root().resolve("e2e").resolve("target").resolve("fuzz.txt");
    Files.writeString(report, "seed " + seed + "\n" + String.join("\n\n", wrong) + "\n");
    for (String service : services()) {
      Await.until(
          service + " is in good health",
          PATIENCE,
          () ->
              Api.json(platform.ask(Routes.documentOf(service), Request.of("/health"), "").body())
                  .path("status")
                  .asText()
                  .equals("ok"));
    }
    assertEquals(
        0,
        wrong.size(),
        () ->
            "seed %d; all are in %s\n%s"
                .formatted(
                    seed, report, String.join("\n", wrong.subList(0, Math.min(20, wrong.size())))));
    if (requests >= 500) { // else the check itself may have seen nothing
      for (String service : services()) {
        if (!service.equals("llm-gateway")) {
          assertTrue(kept.getOrDefault(service, 0) > 0, service + " has stored nothing");
        }
        Fuzzer fuzzer = Objects.requireNonNull(fuzzers.get(service));
        assertTrue(fuzzer.reached().containsAll(accepting(service)), service);
      }
    }
  }

  /** What a seed of this size surely gets a good answer of. */
  private static List<String> accepting(String service) {
    return Routes.of(service).stream()
        .filter(route -> route.method() == RouteSpec.Method.POST)
        .filter(route -> !NEEDS_MORE.contains(route))
        .map(route -> route.method() + " " + route.pattern())
        .toList();
  }

  /** Things to ask for: a job, some breadcrumbs and a pack. */
  private static Map<String, List<String>> there(KeyedPlatform platform) throws Exception {
    String job =
        text(
            platform,
            Routes.JOBS_ENQUEUE,
            new Request(
                "/jobs/enqueue",
                "{\"user_id\":\"ada\",\"job_type\":\"debug\",\"error_log\":\"boom\"}"),
            "job_id");
    var breadcrumbs = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      var note = new Request("/breadcrumbs", "{\"title\":\"Ferry " + i + "\"}");
      breadcrumbs.add(text(platform, Routes.BREADCRUMBS_CREATE, note, "id"));
    }
    var campaign = new Request("/enrich", "{\"campaign_id\":\"spring\",\"locale\":\"en-GB\"}");
    text(platform, Routes.ENRICH, campaign, "request_id");
    Await.until(
        "the pack is there",
        PATIENCE,
        () ->
            platform
                    .ask(Routes.PACKS_GET, Request.of("/packs/spring/en-GB"), platform.operator)
                    .status()
                == 200);
    return Map.of(
        "/jobs/{id}", List.of(job),
        "/breadcrumbs/{id}", List.copyOf(breadcrumbs),
        "/packs/{campaign}/{locale}", List.of("spring"));
  }

  private static String text(KeyedPlatform platform, RouteSpec route, Request request, String field)
      throws Exception {
    Answer answer = platform.ask(route, request, platform.operator);
    String found = Api.json(answer.body()).path(field).asText();
    assertTrue(!found.isEmpty(), answer::toString);
    return found;
  }

  private static String document(KeyedPlatform platform, String service) throws Exception {
    Answer answer = platform.ask(Routes.documentOf(service), Request.of("/openapi.json"), "");
    assertEquals(200, answer.status(), answer::toString);
    return answer.body();
  }

  private static List<String> services() {
    return Stream.of("llm-gateway", "review-worker", "entity-worker", "enricher-service").toList();
  }
}
