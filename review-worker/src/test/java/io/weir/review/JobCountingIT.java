package io.weir.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.platform.http.Json;
import io.weir.platform.usage.Audit;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.LedgerRow;
import io.weir.platform.usage.LedgerRow.Outcome;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.UsageNumbers;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One charge for one job, whatever is repeated, killed or given up; and nothing beyond a quota. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JobCountingIT {
  private static final String ANSWER =
      "{\"summary\": \"Fine.\", \"content\": \"Nothing.\", \"findings\": []}";
  private static final Map<String, String> SETTINGS =
      Map.of("MAX_PENDING_PER_USER", "2", "USAGE_SWEEP_EVERY", "200ms");

  private RealParts parts;
  private ScriptedLlm llm;
  private Worker worker;
  private Usage usage;
  private Users users;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    parts = new RealParts(folder);
    llm = parts.llm();
    worker = parts.worker("one", SETTINGS);
    // Charges of the tests' own are soon overdue, so that the worker's sweeper looks at them.
    usage = new Usage(parts.store(), "review-worker", Duration.ofSeconds(1), Clock.systemUTC());
    users = new Users(parts.store(), Plan.UNLIMITED);
  }

  @AfterAll
  void stop() throws Exception {
    worker.close();
    parts.close();
  }

  @BeforeEach
  void theModelAnswersWell() {
    llm.clear();
    llm.byDefault(paid(ANSWER, 200, 20));
  }

  @AfterEach
  void theCountersAreTheLedger() throws InterruptedException {
    for (Audit.Account account : new Audit(parts.store()).of(usage.month())) {
      assertEquals(List.of(), account.differences(), account.counters().user());
    }
  }

  @Test
  void aReviewCountsOnceWithWhatItCost() throws Exception {
    String id = worker.review("ann", "a = 1\n");
    worker.finished(id, "completed");
    awaitCounted("ann", 220, 1);
    LedgerRow row = onlyRow("ann", id);
    assertEquals(Outcome.SETTLED, row.outcome());
    assertEquals(200, row.spend().inputTokens());
    assertEquals(20, row.spend().outputTokens());
    assertEquals(200 * 3 + 20 * 15, row.spend().costMicros());
    assertTrue(row.charge().tokens() > 220, "the estimate: " + row.charge().tokens());
    assertEquals(row.charge(), charge(id));
  }

  @Test
  void aJobThatIsDeliveredAgainIsNotCountedAgain() throws Exception {
    String id = worker.review("bob", "b = 1\n");
    worker.finished(id, "completed");
    awaitCounted("bob", 220, 1);
    parts.announce(id, "bob");
    parts.announce(id, "bob");
    Await.until("an empty queue", RealParts.PATIENCE, () -> parts.messages("REVIEW_JOBS") == 0);
    awaitCounted("bob", 220, 1);
    assertEquals(1, rows("bob").size());
  }

  @Test
  void aJobThatIsTakenOverFromAKilledWorkerIsCountedOnce() throws Exception {
    llm.enqueue(new Mood.Silent());
    String id = worker.review("cem", "c = 1\n");
    Await.until("the model is asked", RealParts.PATIENCE, () -> !llm.requests().isEmpty());
    worker.kill();
    assertEquals(1, numbers("cem").open());
    worker = parts.worker("after-kill", SETTINGS);
    worker.finished(id, "completed");
    awaitCounted("cem", 220, 1);
    assertEquals(charge(id), onlyRow("cem", id).charge());
  }

  @Test
  void aJobThatIsCancelledIsGivenBack() throws Exception {
    var goOn = new CountDownLatch(1);
    llm.enqueue(new Mood.Held(goOn, paid(ANSWER, 200, 20)));
    String id = worker.review("dan", "d = 1\n");
    Await.until("the model is asked", RealParts.PATIENCE, () -> !llm.requests().isEmpty());
    set(id, new Document("status", "cancelled"));
    goOn.countDown();
    awaitCounted("dan", 0, 0);
    assertEquals(Outcome.REFUNDED, onlyRow("dan", id).outcome());
  }

  @Test
  void aDeadLetterCountsWhatItCostAndReopenedOnlyWhatItCostsThen() throws Exception {
    llm.enqueue(paid("I like it.", 100, 10), new Mood.Failure(400, "context too long"));
    String id = worker.review("eve", "e = 1\n");
    worker.finished(id, "failed");
    awaitCounted("eve", 110, 1);
    Charge first = onlyRow("eve", id).charge();

    parts.replay(id);
    JsonNode job = worker.finished(id, "completed");
    awaitCounted("eve", 330, 2);
    assertEquals(330, job.path("tokens_used").path("total_tokens").asInt());
    List<LedgerRow> rows = rows("eve");
    assertEquals(List.of(110L, 220L), rows.stream().map(row -> row.spend().tokens()).toList());
    assertEquals(300 * 3 + 30 * 15, rows.stream().mapToLong(r -> r.spend().costMicros()).sum());
    assertNotEquals(first, charge(id));
  }

  @Test
  void aDeadLetterThatCostNothingIsGivenBack() throws Exception {
    llm.enqueue(new Mood.Failure(400, "context too long"));
    String id = worker.review("fay", "f = 1\n");
    worker.finished(id, "failed");
    awaitCounted("fay", 0, 0);
    assertEquals(Outcome.REFUNDED, onlyRow("fay", id).outcome());
  }

  @Test
  void beyondTheQuotaAJobIsRefusedWithTheNumbersAndNothingIsKept() throws Exception {
    users.put(new User("gus", Plan.LITE, Optional.of(new Quota(100, 9))));
    HttpResponse<String> refused = worker.enqueue(Worker.body("gus", "g = 1\n"));
    assertEquals(403, refused.statusCode(), refused.body());
    JsonNode problem = Json.mapper().readTree(refused.body());
    assertEquals("Quota exceeded", problem.path("title").asText());
    JsonNode tokens = problem.at("/quota/tokens");
    assertEquals(100, tokens.path("limit").asLong());
    assertEquals(0, tokens.path("used").asLong());
    assertEquals(0, tokens.path("reserved").asLong());
    assertTrue(tokens.path("asked").asLong() > 2048, tokens::toString);
    assertTrue(problem.path("detail").asText().contains("of 100 tokens 0 are used"));
    assertEquals(0, numbers("gus").open());
    assertEquals(0, worker.jobs("gus").size());
    assertEquals(List.of(), rows("gus"));
  }

  @Test
  void theSameRequestAskedAgainIsChargedOnceAndIsNotBeyondTheQuota() throws Exception {
    users.put(new User("hal", Plan.LITE, Optional.of(new Quota(1_000_000, 1))));
    String body = Worker.body("hal", "h = 1\n");
    HttpResponse<String> first = worker.enqueue(body, "Idempotency-Key", "h1");
    assertEquals(202, first.statusCode(), first.body());
    String id = Json.mapper().readTree(first.body()).path("job_id").asText();
    assertEquals(202, worker.enqueue(body, "Idempotency-Key", "h1").statusCode());
    worker.finished(id, "completed");
    awaitCounted("hal", 220, 1);
    assertEquals(202, worker.enqueue(body, "Idempotency-Key", "h1").statusCode());
    assertEquals(403, worker.enqueue(body).statusCode(), "a second job is one too many");
    assertEquals(1, rows("hal").size());
  }

  @Test
  void soMuchMayBePendingAndNoMore() throws Exception {
    users.put(new User("ida", Plan.BUSINESS, Optional.empty()));
    var goOn = new CountDownLatch(1);
    llm.byDefault(new Mood.Held(goOn, paid(ANSWER, 200, 20)));
    String first = worker.review("ida", "i = 1\n");
    String second = worker.review("ida", "i = 2\n");
    HttpResponse<String> third = worker.enqueue(Worker.body("ida", "i = 3\n"));
    assertEquals(429, third.statusCode(), third.body());
    assertTrue(Integer.parseInt(third.headers().firstValue("Retry-After").orElseThrow()) > 0);
    goOn.countDown();
    worker.finished(first, "completed");
    worker.finished(second, "completed");
    awaitCounted("ida", 440, 2);
    llm.byDefault(paid(ANSWER, 200, 20));
    worker.finished(worker.review("ida", "i = 3\n"), "completed");
    awaitCounted("ida", 660, 3);
  }

  @Test
  void aJobThatPassedNoDoorIsChargedWhenItIsTakenWhateverTheQuota() throws Exception {
    String id = worker.review("joe", "j = 1\n");
    worker.finished(id, "completed");
    awaitCounted("joe", 220, 1);
    users.put(new User("kim", Plan.LITE, Optional.of(new Quota(0, 0))));
    Document stranger = parts.stored(id);
    stranger.remove("charge");
    stranger.remove("claim");
    stranger.putAll(
        Map.of(
            "_id",
            "stranger",
            "job_id",
            "stranger",
            "user_id",
            "kim",
            "status",
            "pending",
            "bought",
            List.of()));
    parts.store().first(parts.store().collection("jobs").insertOne(stranger));
    parts.announce("stranger", "kim");
    worker.finished("stranger", "completed");
    awaitCounted("kim", 220, 1);
    assertEquals(charge("stranger"), onlyRow("kim", "stranger").charge());
  }

  @Test
  void theSweeperEndsWhatAProcessLeftBetweenTwoSteps() throws Exception {
    // It died between reserving and storing.
    var _ = usage.open("lea", "never-stored", 500);
    awaitCounted("lea", 0, 0);
    assertEquals(Outcome.REFUNDED, rows("lea").getFirst().outcome());

    // It died between storing the result and settling.
    String id = worker.review("max", "m = 1\n");
    worker.finished(id, "completed");
    awaitCounted("max", 220, 1);
    Charge left = usage.open("max", id, 500);
    set(id, new Document("charge", left.document()));
    awaitCounted("max", 440, 2);
  }

  private void awaitCounted(String user, long tokens, long requests) throws InterruptedException {
    Await.until(
        "%s has used %d tokens in %d requests".formatted(user, tokens, requests),
        RealParts.PATIENCE,
        () -> {
          UsageNumbers now = numbers(user);
          return now.tokensUsed() == tokens
              && now.requestsUsed() == requests
              && now.open() == 0
              && now.tokensReserved() == 0
              && rows(user).size() >= Math.max(1, requests);
        });
  }

  private UsageNumbers numbers(String user) throws InterruptedException {
    return usage.numbers(user, usage.month());
  }

  private List<LedgerRow> rows(String user) throws InterruptedException {
    return usage.ledger().rows(user, usage.month(), 0, 100);
  }

  private LedgerRow onlyRow(String user, String id) throws InterruptedException {
    List<LedgerRow> rows = rows(user);
    assertEquals(1, rows.size(), rows::toString);
    assertEquals(id, rows.getFirst().charge().work());
    return rows.getFirst();
  }

  private Charge charge(String id) throws InterruptedException {
    return Charge.of(parts.stored(id).get("charge", Document.class));
  }

  private void set(String id, Document fields) throws InterruptedException {
    parts
        .store()
        .first(
            parts
                .store()
                .collection("jobs")
                .updateOne(new Document("_id", id), new Document("$set", fields)));
  }

  private static Mood paid(String text, int prompt, int completion) {
    return new Mood.Answer(text, "stop", new Mood.Usage(prompt, completion));
  }
}
