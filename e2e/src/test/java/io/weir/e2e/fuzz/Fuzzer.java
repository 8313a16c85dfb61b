package io.weir.e2e.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.e2e.fuzz.Wire.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Sends one service its requests, several at once, and keeps what came of each. */
public final class Fuzzer {
  private static final int AT_ONCE = 4;
  private static final int IDS_KEPT = 30;
  private static final int SHOWN = 600;

  private final String service;
  private final int port;
  private final long seed;
  private final Duration bound;
  private final Generator generator;
  private final Oracle oracle;
  private final Map<String, List<String>> ids;
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> byStatus = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> byKind = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> reached = new ConcurrentHashMap<>();
  private final Queue<String> findings = new ConcurrentLinkedQueue<>();
  private volatile Duration slowest = Duration.ZERO;
  private volatile String slowestDraft = "";

  /**
   * @param bound longest time for an answer
   * @param ids what is there, by the path that shows it; gets more
   */
  public Fuzzer(
      ServedDocument document,
      String service,
      int port,
      long seed,
      Keys keys,
      Duration bound,
      Map<String, List<String>> ids) {
    this.service = service;
    this.port = port;
    this.seed = seed;
    this.bound = bound;
    this.ids = new ConcurrentHashMap<>(ids);
    this.generator =
        new Generator(
            document, service, seed, keys, path -> this.ids.getOrDefault(path, List.of()));
    this.oracle = new Oracle(document);
  }

  /**
   * Who may send requests.
   *
   * @param good opens everything, for everybody
   * @param narrow a user's own
   * @param worthless open nothing
   */
  public record Keys(String good, String narrow, List<String> worthless) {}

  /** Sends the requests from {@code first} on. */
  public void run(int first, int count) throws InterruptedException {
    var next = new AtomicInteger(first);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var workers = new ArrayList<Future<?>>();
      for (int i = 0; i < AT_ONCE; i++) {
        workers.add(
            threads.submit(
                () -> {
                  for (int index = next.getAndIncrement();
                      index < first + count;
                      index = next.getAndIncrement()) {
                    one(index);
                  }
                  return null;
                }));
      }
      for (Future<?> worker : workers) {
        try {
          worker.get();
        } catch (ExecutionException e) {
          throw new AssertionError("the fuzzer itself fails", e.getCause());
        }
      }
    }
  }

  private void one(int index) throws IOException {
    Draft draft = generator.draft(index);
    Answer answer = Wire.send(port, draft, bound);
    statuses.put(index, answer.status());
    count(byStatus, String.valueOf(answer.status()));
    count(byKind, draft.kind);
    if (answer.status() / 100 == 2) {
      count(reached, draft.operation.toString());
      learn(draft, answer);
    }
    List<String> faults = oracle.judge(draft, answer);
    if (!faults.isEmpty()) {
      String text = answer.text();
      findings.add(
          "%s: %s\n  sent %s\n  got %d %s"
              .formatted(
                  service,
                  String.join("; ", faults),
                  draft.toString().replace("\r\n", "\n       "),
                  answer.status(),
                  text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text));
    }
    if (answer.took().compareTo(slowest) > 0) {
      slowest = answer.took();
      slowestDraft = draft.kind + " " + draft.operation;
    }
  }

  /** Names of what was made, for requests that want something which is there. */
  private void learn(Draft draft, Answer answer) throws IOException {
    String path =
        switch (draft.operation.toString()) {
          case "POST /breadcrumbs" -> "/breadcrumbs/{id}";
          case "POST /jobs/enqueue" -> "/jobs/{id}";
          default -> "";
        };
    if (!path.isEmpty()) {
      JsonNode body = ServedDocument.JSON.readTree(answer.body());
      String id = body.path("id").asText(body.path("job_id").asText());
      ids.merge(
          path,
          List.of(id),
          (old, more) -> {
            var all = new ArrayList<>(old.size() < IDS_KEPT ? old : old.subList(1, old.size()));
            all.addAll(more);
            return List.copyOf(all);
          });
    }
  }

  private static void count(Map<String, AtomicInteger> counts, String name) {
    counts.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
  }

  public List<String> findings() {
    return List.copyOf(findings);
  }

  /** The requests that {@code stored} comes from and that were not accepted. */
  public Set<Integer> refusedIn(String stored) {
    return Marker.in(stored, seed, service).stream()
        .filter(index -> statuses.getOrDefault(index, 0) / 100 != 2)
        .collect(Collectors.toSet());
  }

  /** How many accepted requests are in {@code stored}. */
  public int acceptedIn(String stored) {
    return (int)
        Marker.in(stored, seed, service).stream()
            .filter(index -> statuses.getOrDefault(index, 0) / 100 == 2)
            .count();
  }

  public Set<String> reached() {
    return Set.copyOf(reached.keySet());
  }

  /** What came of all, in a line or two. */
  public String summary() {
    return "%s: %d requests %s, answers %s, slowest %d ms (%s), accepted %s, findings %d"
        .formatted(
            service,
            statuses.size(),
            new TreeMap<>(byKind),
            new TreeMap<>(byStatus),
            slowest.toMillis(),
            slowestDraft,
            new TreeMap<>(reached),
            findings.size());
  }
}
