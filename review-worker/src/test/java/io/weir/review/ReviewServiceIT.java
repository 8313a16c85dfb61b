package io.weir.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.platform.http.Json;
import io.weir.proto.v1.ReviewEvent;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.RecordedRequest;
import io.weir.testsupport.ScriptedLlm;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The worker as a process, on a real nats-server, the embedded MongoDB-wire server and a scripted
 * model.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReviewServiceIT {
  private static final String KEY = "sk-ant-" + "api03-Zx9Lp4Rt6Yv1Nc3Kd8Wm2Qa7Se5Df0Gh";
  private static final String CODE =
      """
      import os

      API_KEY = "%s"

      def average(values):
          return sum(values) / len(values)
      """
          .formatted(KEY);
  private static final String ANSWER =
      """
      {"summary": "Fails on an empty list.", "content": "## Issues by severity", "findings": [
       {"file": "x", "start_line": 40, "end_line": 40, "severity": "high", "category": "bug", "rule": "empty-input",
        "message": "An empty list divides by zero.", "existing_code": "return sum(values) / len(values)",
        "suggestion": "return sum(values) / len(values) if values else 0.0", "confidence": 0.9}]}
      """;

  private RealParts parts;
  private ScriptedLlm llm;
  private Worker worker;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    parts = new RealParts(folder);
    llm = parts.llm();
    worker = parts.worker("one", Map.of());
  }

  @AfterAll
  void stop() throws Exception {
    assertEquals(0, worker.stop());
    parts.close();
  }

  @BeforeEach
  void the_model_answers_well() {
    llm.byDefault(new Mood.Answer(ANSWER));
  }

  @Test
  void a_file_becomes_findings_of_secrets_linter_and_model_and_its_key_is_seen_by_nobody()
      throws Exception {
    int before = llm.requests().size();
    String id = worker.review(CODE);
    JsonNode job = worker.finished(id, "completed");

    JsonNode findings = job.path("results").path("findings");
    assertEquals(
        List.of("linter", "secrets", "model"),
        findings.findValuesAsText("source"),
        findings.toPrettyString());
    assertEquals(List.of("1", "3", "6"), findings.findValuesAsText("start_line"));
    assertEquals(5, findings.get(2).path("start_column").asInt());
    assertEquals("anthropic-key", findings.get(1).path("rule").asText());
    assertEquals("unused-import", findings.get(0).path("rule").asText());
    JsonNode lint = job.path("results").path("lint_result");
    assertTrue(lint.path("summary").asText().startsWith("pylint 2."), lint.toString());
    assertTrue(job.path("tokens_used").path("total_tokens").asInt() > 0);
    assertTrue(job.path("estimated_cost").asDouble() > 0);
    assertEquals(
        job.path("tokens_used").path("prompt_tokens").asInt() * 3
            + job.path("tokens_used").path("completion_tokens").asInt() * 15,
        Math.round(job.path("estimated_cost").asDouble() * 1e6));

    ReviewEvent event = parts.event(id, "completed");
    assertEquals(3, event.getFindings());
    assertEquals("u1", event.getUserId());

    List<RecordedRequest> requests = llm.requests().subList(before, llm.requests().size());
    assertEquals(1, requests.size());
    assertTrue(key(requests.getFirst()).startsWith(id + ":0:answer:"), key(requests.getFirst()));
    assertFalse(requests.getFirst().body().toString().contains(KEY));
    assertTrue(requests.getFirst().body().toString().contains("*".repeat(KEY.length())));
    assertFalse(parts.stored(id).toJson().contains(KEY));
    assertFalse(job.toString().contains(KEY));
    assertFalse(worker.log().contains(KEY));
  }

  @Test
  void an_invalid_answer_is_asked_for_again_and_a_second_one_fails_the_job_with_its_reason()
      throws Exception {
    llm.enqueue(
        new Mood.Answer("I like it."), new Mood.Answer("{\"summary\": \"ok\", \"findings\": 3}"));
    int before = llm.requests().size();

    String id = worker.review("x = 1\n");
    JsonNode job = worker.finished(id, "failed");

    assertEquals(
        "the model's answer was not valid, twice: findings: expected a list, found number",
        job.path("error").asText());
    assertEquals(2, llm.requests().size() - before);
    assertTrue(llm.requests().getLast().lastContent("user").contains("answer: not valid JSON"));
    assertEquals(job.path("error").asText(), parts.event(id, "failed").getError());
  }

  @Test
  void a_model_that_fails_for_a_while_delays_the_job_and_no_more() throws Exception {
    for (int i = 0; i < 4; i++) {
      llm.enqueue(new Mood.Failure(500, "overloaded"));
    }
    JsonNode job = worker.finished(worker.review("y = 1\n"), "completed");
    assertEquals("", job.path("error").asText(""));
  }

  @Test
  void what_the_model_refuses_is_a_failed_job_and_a_dead_letter_that_can_be_replayed()
      throws Exception {
    llm.enqueue(new Mood.Failure(400, "context too long"));
    String id = worker.review("z = 1\n");
    JsonNode job = worker.finished(id, "failed");
    assertTrue(job.path("error").asText().contains("context too long"), job.toString());
    assertEquals("failed", parts.event(id, "failed").getStatus());
    Await.until("an empty queue", RealParts.PATIENCE, () -> parts.messages("REVIEW_JOBS") == 0);

    parts.replay(id);

    assertTrue(worker.finished(id, "completed").path("error").isNull());
    String last = key(llm.requests().getLast());
    assertTrue(last.startsWith(id + ":1:answer:"), last);
    Await.until("an empty queue", RealParts.PATIENCE, () -> parts.messages("REVIEW_JOBS") == 0);
  }

  @Test
  void a_wrong_key_for_the_model_delays_the_jobs_and_none_becomes_a_dead_letter() throws Exception {
    llm.byDefault(new Mood.WrongKey());
    int before = llm.requests("/v1/chat/completions").size();
    String first = worker.review("k = 1\n");
    String second = worker.review("k = 2\n");
    Await.until(
        "the model has refused more calls than a job may fail",
        RealParts.PATIENCE,
        () -> llm.requests("/v1/chat/completions").size() >= before + 6);
    llm.byDefault(new Mood.Answer(ANSWER));
    for (String id : List.of(first, second)) {
      assertTrue(worker.finished(id, "completed").path("error").isNull());
      assertEquals(0, parts.messagesOn("review.events." + id + ".failed"));
    }
  }

  @Test
  void what_was_paid_before_a_failure_is_on_the_jobs_bill() throws Exception {
    var failure = new Mood.Failure(500, "overloaded");
    llm.enqueue(paid("I like it.", 100, 10), failure, failure, failure, paid(ANSWER, 200, 20));
    JsonNode job = worker.finished(worker.review("paid = 1\n"), "completed");
    assertEquals(330, job.path("tokens_used").path("total_tokens").asInt(), job.toString());
    assertEquals(
        300 * 3 + 30 * 15, Math.round(job.path("estimated_cost").asDouble() * 1e6), job.toString());

    llm.enqueue(paid("I like it.", 100, 10), new Mood.Failure(400, "context too long"));
    JsonNode failed = worker.finished(worker.review("paid = 2\n"), "failed");
    assertEquals(110, failed.path("tokens_used").path("total_tokens").asInt(), failed.toString());
  }

  @Test
  void a_worker_killed_in_the_middle_leaves_a_job_that_is_done_once() throws Exception {
    llm.enqueue(new Mood.Silent());
    int before = llm.requests().size();
    String id = worker.review("killed = 1\n");
    Await.until("the model is asked", RealParts.PATIENCE, () -> llm.requests().size() > before);
    worker.kill();
    assertEquals("processing", parts.stored(id).getString("status"));

    worker = parts.worker("after-kill", Map.of());
    JsonNode job = worker.finished(id, "completed");

    List<RecordedRequest> asked = llm.requests().subList(before, llm.requests().size());
    assertEquals(2, asked.size());
    assertEquals(key(asked.getFirst()), key(asked.getLast()), "it asks for the paid answer");
    assertEquals(1, job.path("results").path("dropped").asInt());
    parts.event(id, "completed");
    Await.until("an empty queue", RealParts.PATIENCE, () -> parts.messages("REVIEW_JOBS") == 0);
    assertEquals(1, parts.messagesOn("review.events." + id + ".completed"));
    assertEquals(
        2, parts.stored(id).getEmbedded(List.of("claim", "epoch"), Number.class).intValue());
  }

  @Test
  void without_a_model_the_review_is_made_of_rules_and_says_so() throws Exception {
    try (Worker offline = parts.worker("offline", Map.of("LLM_MODEL", "offline"))) {
      // Both workers share the queue, so the one with a model must not answer this.
      worker.stop();
      JsonNode job = offline.finished(offline.review(CODE), "completed");
      assertTrue(job.path("results").path("offline").asBoolean());
      assertEquals(
          List.of("linter", "secrets"),
          job.path("results").path("findings").findValuesAsText("source"));
      assertEquals(0, job.path("tokens_used").path("total_tokens").asInt());
    }
    worker = parts.worker("again", Map.of());
  }

  @Test
  void bad_requests_are_told_what_is_wrong() throws Exception {
    assertEquals(400, worker.enqueue("{\"user_id\": ").statusCode());
    HttpResponse<String> missing = worker.enqueue("{\"user_id\": \"u\", \"job_type\": \"review\"}");
    assertEquals(400, missing.statusCode());
    assertTrue(missing.body().contains("\"field\":\"file_content\""), missing.body());
    assertEquals(413, worker.enqueue(body("a.py", "x".repeat(51_201))).statusCode());
    assertEquals(400, worker.enqueue(body("a.cobol", "x")).statusCode());
    assertEquals(404, worker.get("/jobs/none").statusCode());
    assertEquals(404, worker.get("/nowhere").statusCode());
    assertEquals(400, worker.get("/jobs/user/u1?limit=0").statusCode());
  }

  @Test
  void lists_and_numbers_show_the_jobs() throws Exception {
    String body = body("a.py", "listed = 1\n").replace("\"u\"", "\"listed\"");
    JsonNode accepted = Json.mapper().readTree(worker.enqueue(body).body());
    worker.finished(accepted.path("job_id").asText(), "completed");
    JsonNode list = Json.mapper().readTree(worker.get("/jobs/user/listed?limit=5").body());
    assertEquals(1, list.path("jobs").size());
    assertTrue(
        Json.mapper().readTree(worker.get("/stats").body()).path("jobs").path("completed").asInt()
            > 0);
    assertTrue(
        Json.mapper().readTree(worker.get("/queue/info").body()).path("unfinished").has("high"));
  }

  private static String key(RecordedRequest request) {
    return request.header("idempotency-key").orElseThrow();
  }

  private static Mood paid(String text, int prompt, int completion) {
    return new Mood.Answer(text, "stop", new Mood.Usage(prompt, completion));
  }

  private static String body(String path, String content) {
    return Json.mapper()
        .createObjectNode()
        .put("user_id", "u")
        .put("job_type", "review")
        .put("file_path", path)
        .put("file_content", content)
        .toString();
  }
}
