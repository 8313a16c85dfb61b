package io.weir.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.platform.http.Json;
import io.weir.platform.usage.Audit;
import io.weir.platform.usage.LedgerRow;
import io.weir.platform.usage.Usage;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A job that is given up or tried again: once in effect, and counted for what it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JobActionsIT {
  private RealParts parts;
  private ScriptedLlm llm;
  private Worker worker;
  private Usage usage;
  private CountDownLatch goOn = new CountDownLatch(0);

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    parts = new RealParts(folder);
    llm = parts.llm();
    worker = parts.worker("one", Map.of());
    usage = new Usage(parts.store(), "review-worker", Clock.systemUTC());
  }

  @AfterAll
  void stop() throws Exception {
    worker.close();
    parts.close();
  }

  @BeforeEach
  void theModelAnswersWell() {
    llm.clear();
    llm.byDefault(Paid.answer());
  }

  @AfterEach
  void theCountersAreTheLedger() throws InterruptedException {
    for (Audit.Account account : new Audit(parts.store()).of(usage.month())) {
      assertEquals(List.of(), account.differences(), account.counters().user());
    }
  }

  private HttpResponse<String> post(String job, String action, String... headers) throws Exception {
    return worker.post("/jobs/%s/%s".formatted(job, action), "", headers);
  }

  /** A job whose model answers when {@link #goOn} is counted down. */
  private String running(String user) throws Exception {
    goOn = new CountDownLatch(1);
    llm.enqueue(new Mood.Held(goOn, Paid.answer()));
    String job = worker.review(user, "a = 1\n");
    Await.until("the model is asked", RealParts.PATIENCE, () -> !llm.requests().isEmpty());
    return job;
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return Json.mapper().readTree(answer.body());
  }

  private void awaitQuiet() throws InterruptedException {
    Await.until("an empty queue", RealParts.PATIENCE, () -> parts.messages("REVIEW_JOBS") == 0);
  }

  private List<LedgerRow> rows(String user) throws InterruptedException {
    return usage.ledger().rows(user, usage.month(), 0, 100);
  }

  @Test
  void aJobThatIsCancelledWhileItIsWorkedOnStaysCancelledAndCostsNothing() throws Exception {
    String job = running("ann");
    HttpResponse<String> answer = post(job, "cancel");
    assertEquals(200, answer.statusCode(), answer::body);
    assertEquals("cancelled", json(answer).path("status").asText());
    goOn.countDown();
    awaitQuiet();
    assertEquals("cancelled", worker.job(job).path("status").asText());
    assertEquals(1, parts.messagesOn("review.events." + job + ".cancelled"));
    assertEquals(0, parts.messagesOn("review.events." + job + ".completed"));
    assertEquals(1, rows("ann").size());
    assertEquals(LedgerRow.Outcome.REFUNDED, rows("ann").getFirst().outcome());
    assertEquals(0, usage.numbers("ann", usage.month()).open());
    assertEquals(200, post(job, "cancel").statusCode(), "once more changes nothing");
    assertEquals(1, parts.messagesOn("review.events." + job + ".cancelled"));
  }

  @Test
  void aCancelledJobIsTriedAgainAsANewAttemptThatIsCountedOnce() throws Exception {
    String job = running("bob");
    assertEquals(200, post(job, "cancel").statusCode());
    goOn.countDown();
    String key = UUID.randomUUID().toString();
    HttpResponse<String> first = post(job, "retry", "Idempotency-Key", key);
    assertEquals(202, first.statusCode(), first::body);
    assertEquals(1, json(first).path("attempt").asInt());
    HttpResponse<String> same = post(job, "retry", "Idempotency-Key", key);
    assertEquals(first.body(), same.body());
    assertEquals(202, same.statusCode());
    worker.finished(job, "completed");
    awaitQuiet();
    assertEquals(1, parts.messagesOn("review.events." + job + ".completed"));
    assertEquals(1, parts.event(job, "completed").getAttempt());
    Await.until(
        "all is counted",
        RealParts.PATIENCE,
        () -> usage.numbers("bob", usage.month()).open() == 0);
    assertEquals(
        List.of(LedgerRow.Outcome.REFUNDED, LedgerRow.Outcome.SETTLED),
        rows("bob").stream().map(LedgerRow::outcome).sorted(Comparator.reverseOrder()).toList());
    assertEquals(1, usage.numbers("bob", usage.month()).requestsUsed());
  }

  @Test
  void aFailedJobIsTriedAgainAndOneThatIsDoneIsNot() throws Exception {
    llm.enqueue(new Mood.Failure(400, "context too long"));
    String job = worker.review("cem", "c = 1\n");
    worker.finished(job, "failed");
    assertEquals(409, post(job, "cancel").statusCode());
    assertEquals(202, post(job, "retry").statusCode());
    worker.finished(job, "completed");
    assertEquals(409, post(job, "retry").statusCode());
    assertEquals(409, post(job, "cancel").statusCode());
    assertEquals(404, post("nothing", "cancel").statusCode());
    assertEquals(404, post("nothing", "retry").statusCode());
  }

  @Test
  void ofACancelAndTheEndOfTheWorkOneWins() throws Exception {
    for (int i = 0; i < 5; i++) {
      String user = "race" + i;
      String job = worker.review(user, "d = 1\n");
      HttpResponse<String> answer = post(job, "cancel");
      awaitQuiet();
      String status = worker.job(job).path("status").asText();
      assertEquals(answer.statusCode() == 200 ? "cancelled" : "completed", status);
      int told =
          parts.messagesOn("review.events." + job + ".cancelled")
              + parts.messagesOn("review.events." + job + ".completed");
      assertEquals(1, told, status);
      assertTrue(List.of(200, 409).contains(answer.statusCode()), answer::body);
      assertEquals(1, rows(user).size());
    }
  }
}
