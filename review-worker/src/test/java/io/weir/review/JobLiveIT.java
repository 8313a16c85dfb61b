package io.weir.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who watches a job sees its end, whatever happens to the broker and the worker meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JobLiveIT {
  private static final int MANY = 100;
  private static final Map<String, String> SETTINGS = Map.of("LIVE_KEEP_ALIVE", "1s");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private RealParts parts;
  private ScriptedLlm llm;
  private Worker worker;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    parts = new RealParts(folder);
    llm = parts.llm();
    worker = parts.worker("one", SETTINGS);
  }

  @AfterAll
  void stop() throws Exception {
    worker.close();
    http.shutdownNow();
    parts.close();
  }

  @BeforeEach
  void theModelAnswersWell() {
    llm.clear();
    llm.byDefault(Paid.answer());
  }

  /** The model's next answer. */
  private CountDownLatch answeringWhenTold() {
    var goOn = new CountDownLatch(1);
    llm.enqueue(new Mood.Held(goOn, Paid.answer()));
    return goOn;
  }

  private Watcher.Events events(String job, String... headers) throws Exception {
    return new Watcher.Events(http, worker.uri("http", "/jobs/" + job + "/events"), headers);
  }

  private Watcher.Messages messages(String path) {
    return new Watcher.Messages(http, worker.uri("ws", path));
  }

  @Test
  void theStateComesFirstThenEachChangeUntilTheJobEnds() throws Exception {
    var goOn = answeringWhenTold();
    String job = worker.review("a = 1\n");
    try (Watcher.Events events = events(job)) {
      assertEquals(200, events.status);
      List<String> seen = events.until("-processing");
      assertEquals("0-processing", seen.getLast(), seen::toString);
      goOn.countDown();
      assertEquals(List.of("0-completed"), events.until("never"));
    }
    try (Watcher.Events again = events(job)) {
      assertEquals(List.of("0-completed"), again.until("never"));
    }
    try (Watcher.Events again = events(job, "Last-Event-ID", "0-completed")) {
      assertEquals(204, again.status, "a browser would come back for ever");
    }
    try (Watcher.Events none = events("nothing")) {
      assertEquals(404, none.status);
    }
  }

  @Test
  void aSocketTellsOfAllJobsOfItsUserThatItWantsToHearOf() throws Exception {
    Watcher.Messages all = messages("/ws/sue");
    assertEquals("ready", all.next().path("type").asText());
    Watcher.Messages ends = messages("/ws/sue?status=completed,failed");
    assertEquals("ready", ends.next().path("type").asText());
    String job = worker.review("sue", "b = 1\n");
    assertEquals(job, ends.next().path("job_id").asText());
    JsonNode first = all.next();
    assertEquals("processing", first.path("status").asText(), first::toString);
    JsonNode last = all.next();
    assertEquals("completed", last.path("status").asText(), last::toString);
    assertTrue(last.path("sequence").asLong() > first.path("sequence").asLong());

    var _ = all.socket.sendText("{\"type\":\"filter\",\"jobs\":[\"other\"]}", true).join();
    assertEquals("filtering", all.next().path("type").asText());
    var _ = all.socket.sendText("{\"type\":\"filter\",\"statuses\":[\"fine\"]}", true).join();
    assertEquals("error", all.next().path("type").asText());
    String second = worker.review("sue", "c = 1\n");
    assertEquals(second, ends.next().path("job_id").asText());
    var _ = all.socket.sendText("{\"type\":\"filter\"}", true).join();
    assertEquals("filtering", all.next().path("type").asText(), "nothing came of the second job");
    all.socket.abort();
    ends.socket.abort();
  }

  @Test
  void aKilledBrokerHidesNoEnd() throws Exception {
    var goOn = answeringWhenTold();
    Watcher.Messages socket = messages("/ws/tom?status=completed");
    assertEquals("ready", socket.next().path("type").asText());
    String job = worker.review("tom", "d = 1\n");
    try (Watcher.Events events = events(job)) {
      var _ = events.until("processing");
      parts.nats().kill();
      goOn.countDown();
      // The store tells it while the broker is away.
      var _ = events.until("-completed");
      worker.finished(job, "completed");
      parts.nats().restart();
      assertEquals(job, socket.next().path("job_id").asText());
    }
    socket.socket.abort();
  }

  @Test
  void aStopEndsAHundredStreamsInTime() throws Exception {
    llm.enqueue(new Mood.Silent());
    Worker other = parts.worker("other", Map.of("DRAIN_TIMEOUT", "10s", "MAX_CONCURRENT", "1"));
    try {
      String job = worker.review("uwe", "e = 1\n");
      var streams = new ArrayList<Watcher.Events>();
      for (int i = 0; i < MANY; i++) {
        var events = new Watcher.Events(http, other.uri("http", "/jobs/" + job + "/events"));
        assertEquals(200, events.status);
        streams.add(events);
      }
      var socket = new Watcher.Messages(http, other.uri("ws", "/ws/uwe"));
      assertEquals("ready", socket.next().path("type").asText());
      assertEquals(0, other.stop());
      for (Watcher.Events events : streams) {
        assertTrue(events.rest().contains(": the service is stopping"));
      }
      assertEquals(1001, socket.closed.orTimeout(30, TimeUnit.SECONDS).join());
    } finally {
      other.close();
    }
  }

  @Test
  void everybodyWatchesThroughTheWorkerThatTheyAsk() throws Exception {
    Worker other = parts.worker("third", Map.of());
    try {
      var goOn = answeringWhenTold();
      String job = worker.review("vic", "f = 1\n");
      try (Watcher.Events here = events(job);
          var there = new Watcher.Events(http, other.uri("http", "/jobs/" + job + "/events"))) {
        goOn.countDown();
        assertEquals("0-completed", here.until("never").getLast());
        assertEquals("0-completed", there.until("never").getLast());
      }
      Await.until("nobody watches any more", RealParts.PATIENCE, () -> open() == 0);
    } finally {
      other.close();
    }
  }

  private double open() throws Exception {
    return worker
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("weir_live_open"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }
}
