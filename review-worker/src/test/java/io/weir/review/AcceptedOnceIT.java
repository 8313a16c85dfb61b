package io.weir.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.platform.http.Json;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs posted with an idempotency key, to workers that share their work and may be killed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class AcceptedOnceIT {
  private static final Map<String, String> SETTINGS =
      Map.of("LLM_MODEL", "offline", "IDEMPOTENCY_LEASE", "2s", "OUTBOX_SWEEP_AGE", "1s");

  private RealParts parts;
  private Worker worker;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    parts = new RealParts(folder);
    worker = parts.worker("one", SETTINGS);
  }

  @AfterAll
  void stop() throws Exception {
    worker.close();
    parts.close();
  }

  @Test
  void thirtyTwoPostsAtOnceToTwoWorkersMakeOneJobAndGetOneAnswer() throws Exception {
    var barrier = new CyclicBarrier(32);
    try (Worker other = parts.worker("other", SETTINGS);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var posts = new ArrayList<Callable<String>>();
      for (int i = 0; i < 32; i++) {
        Worker asked = i % 2 == 0 ? worker : other;
        posts.add(
            () -> {
              barrier.await();
              return accepted(asked, "crowd", "k");
            });
      }
      var answers = new HashSet<String>();
      for (Future<String> post : clients.invokeAll(posts)) {
        answers.add(post.get());
      }
      assertEquals(1, answers.size(), answers::toString);
      String id = Json.mapper().readTree(answers.iterator().next()).path("job_id").asText();
      assertEquals(List.of(id), jobs("crowd"));
      worker.finished(id, "completed");
      parts.event(id, "completed");
      assertEquals(1, parts.messagesOn("review.events." + id + ".completed"));
      assertEquals(422, worker.enqueue(body("crowd", 2), "Idempotency-Key", "k").statusCode());
    }
  }

  @Test
  void afterAKillEveryPostIsFinishedByItsNextTryAndAnsweredTheSameAfterThat() throws Exception {
    int posts = 40;
    var answered = new CountDownLatch(posts / 4);
    var first = new ArrayList<Future<String>>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < posts; i++) {
        String key = "killed-" + i;
        first.add(
            clients.submit(
                () -> {
                  String answer = worker.enqueue(body("killed", 1), "Idempotency-Key", key).body();
                  answered.countDown();
                  return answer;
                }));
      }
      assertTrue(answered.await(60, TimeUnit.SECONDS));
      worker.kill();
    }
    worker = parts.worker("after-kill", SETTINGS);
    var ids = new HashSet<String>();
    for (int i = 0; i < posts; i++) {
      String answer = accepted(worker, "killed", "killed-" + i);
      if (first.get(i).state() == Future.State.SUCCESS) {
        assertEquals(first.get(i).resultNow(), answer, "it is kept over the restart");
      }
      assertEquals(answer, accepted(worker, "killed", "killed-" + i));
      ids.add(Json.mapper().readTree(answer).path("job_id").asText());
    }
    assertEquals(posts, ids.size());
    assertEquals(ids, new HashSet<>(jobs("killed")));
  }

  /** What a client gets that comes back as long as it is told to. */
  private static String accepted(Worker worker, String user, String key)
      throws InterruptedException {
    return Await.value(
        "the answer to " + key,
        RealParts.PATIENCE,
        () -> {
          HttpResponse<String> answer = worker.enqueue(body(user, 1), "Idempotency-Key", key);
          if (answer.statusCode() == 409) {
            return null;
          }
          assertEquals(202, answer.statusCode(), answer.body());
          return answer.body();
        });
  }

  private List<String> jobs(String user) throws IOException, InterruptedException {
    JsonNode list = Json.mapper().readTree(worker.get("/jobs/user/" + user + "?limit=100").body());
    return list.path("jobs").findValuesAsText("job_id");
  }

  private static String body(String user, int n) {
    return Json.mapper()
        .createObjectNode()
        .put("user_id", user)
        .put("job_type", "debug")
        .put("error_log", "ValueError: " + n)
        .toString();
  }
}
