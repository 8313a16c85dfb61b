package io.weir.enricher;

import static io.weir.enricher.Samples.ANSWER;
import static io.weir.enricher.Samples.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.enricher.EnricherStack.Answer;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.usage.Audit;
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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
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

/** One charge for one request, however it came and whatever became of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestCountingIT {
  private static final String USER = "local";

  private final ScriptedLlm llm = ScriptedLlm.start();
  private EnricherStack stack;
  private Mongo store;
  private Usage usage;
  private Users users;

  /** What was there before a test. */
  private int rowsBefore;

  private UsageNumbers before = new UsageNumbers(USER, YearMonth.of(2026, 1), 0, 0, 0, 0, 0, 0);

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    stack =
        new EnricherStack(
            folder,
            llm.baseUrl(),
            Map.of("MAX_PENDING_PER_USER", "1", "USAGE_SWEEP_EVERY", "200ms"));
    store = stack.store();
    // Charges of the tests' own are soon overdue, so that the service's sweeper looks at them.
    usage = new Usage(store, "enricher-service", Duration.ofSeconds(1), Clock.systemUTC());
    users = new Users(store, Plan.UNLIMITED);
  }

  @AfterAll
  void stop() throws Exception {
    store.close();
    stack.close();
    llm.close();
  }

  @BeforeEach
  void calm() throws InterruptedException {
    llm.clear();
    llm.byDefault(paid(ANSWER, 200, 20));
    stack.restoreSearch();
    users.put(new User(USER, Plan.UNLIMITED, Optional.empty()));
    rowsBefore = rows().size();
    before = usage.numbers(USER, usage.month());
  }

  @AfterEach
  void theCountersAreTheLedger() throws InterruptedException {
    assertEquals(List.of(), new Audit(store).of(USER, usage.month()).differences());
  }

  @Test
  void aRequestByHttpCountsOnceWithWhatItCost() throws Exception {
    assertEquals(200, stack.post("/enrich?wait=30s", body("http")).status());
    LedgerRow row = awaitCounted(220, 1);
    assertEquals(Outcome.SETTLED, row.outcome());
    assertEquals(200 * 3 + 20 * 15, row.spend().costMicros());
    assertTrue(row.charge().tokens() > 220, "the estimate: " + row.charge().tokens());
    assertTrue(row.charge().work().startsWith("enrich-"), row::toString);
  }

  @Test
  void theSameKeyIsOneCharge() throws Exception {
    String body = body("keyed");
    assertEquals(200, stack.post("/enrich?wait=30s", body, "Idempotency-Key", "k").status());
    awaitCounted(220, 1);
    users.put(new User(USER, Plan.LITE, Optional.of(new Quota(0, 0))));
    assertEquals(202, stack.post("/enrich", body, "Idempotency-Key", "k").status());
    awaitCounted(220, 1);
  }

  @Test
  void aMessageCountsForTheDefaultUserWhateverTheQuota() throws Exception {
    users.put(new User(USER, Plan.LITE, Optional.of(new Quota(0, 0))));
    stack.publish(request("message", "c-message").build());
    stack.awaitReady("c-message");
    assertEquals(Outcome.SETTLED, awaitCounted(220, 1).outcome());
  }

  @Test
  void whatIsAnsweredFromTheStoreIsARequestWithoutTokens() throws Exception {
    stack.publish(request("stored", "c-made").build());
    stack.awaitReady("c-made");
    awaitCounted(220, 1);
    stack.publish(request("stored", "c-stored").build());
    stack.awaitReady("c-stored");
    assertEquals(0, awaitCounted(220, 2).spend().tokens());
  }

  @Test
  void aRequestThatIsTakenOverFromAKilledProcessIsCountedOnce() throws Exception {
    llm.enqueue(new Mood.Silent());
    Answer accepted = stack.post("/enrich", body("killed"), "x-correlation-id", "c-killed");
    assertEquals(202, accepted.status());
    llm.awaitRequest(0, EnricherStack.PATIENCE);
    stack.service.kill();
    assertEquals(1, usage.numbers(USER, usage.month()).open());
    stack.service.restart(EnricherStack.START);
    stack.awaitReady("c-killed", Duration.ofMinutes(2));
    assertEquals(accepted.body().path("request_id").asText(), awaitCounted(220, 1).charge().work());
  }

  @Test
  void whatWasPaidIsCountedWithTheRequestThatItWasPaidFor() throws Exception {
    // Twice no answer of use: paid, and a dead letter; then another one for the same pack.
    llm.enqueue(paid("{}", 100, 10), paid("{}", 100, 10));
    assertEquals(502, stack.post("/enrich?wait=30s", body("hopeless")).status());
    LedgerRow failed = awaitCounted(220, 1);
    assertEquals(Outcome.SETTLED, failed.outcome());
    assertEquals(200, stack.post("/enrich?wait=30s", body("hopeless")).status());
    assertEquals(220, awaitCounted(440, 2).spend().tokens());
    assertEquals(220, stack.get("/packs/hopeless/de-DE").body().at("/tokens/total").asInt());
  }

  @Test
  void aDeadLetterThatCostNothingIsGivenBack() throws Exception {
    llm.enqueue(new Mood.Failure(400, "context too long"));
    assertEquals(502, stack.post("/enrich?wait=30s", body("refused")).status());
    assertEquals(Outcome.REFUNDED, awaitCounted(0, 0).outcome());
  }

  @Test
  void beyondTheQuotaARequestIsRefusedWithTheNumbers() throws Exception {
    long used = before.tokensUsed();
    users.put(new User(USER, Plan.LITE, Optional.of(new Quota(used + 50, 1_000))));
    Answer refused = stack.post("/enrich", body("beyond"));
    assertEquals(403, refused.status(), refused.body()::toString);
    assertEquals(used + 50, refused.body().at("/quota/tokens/limit").asLong());
    assertEquals(used, refused.body().at("/quota/tokens/used").asLong());
    assertTrue(refused.body().at("/quota/tokens/asked").asLong() > 1_000);
    assertEquals(before, usage.numbers(USER, usage.month()));
    assertEquals(404, stack.get("/packs/beyond/de-DE").status());
  }

  @Test
  void soMuchMayBePendingAndNoMore() throws Exception {
    users.put(new User(USER, Plan.BUSINESS, Optional.empty()));
    var goOn = new CountDownLatch(1);
    llm.byDefault(new Mood.Held(goOn, paid(ANSWER, 200, 20)));
    assertEquals(202, stack.post("/enrich", body("pending-1")).status());
    assertEquals(429, stack.post("/enrich", body("pending-2")).status());
    goOn.countDown();
    awaitCounted(220, 1);
    assertEquals(200, stack.post("/enrich?wait=30s", body("pending-2")).status());
    awaitCounted(440, 2);
  }

  @Test
  void theSweeperEndsWhatAProcessLeftBetweenTwoSteps() throws Exception {
    // It died between reserving and storing.
    var _ = usage.open(USER, "never-stored", 500);
    assertEquals(Outcome.REFUNDED, awaitCounted(0, 0).outcome());

    // It died between noting the end and settling.
    Answer made = stack.post("/enrich?wait=30s", body("left"), "x-correlation-id", "c-left");
    assertEquals(200, made.status());
    String id = awaitCounted(220, 1).charge().work();
    var left = usage.open(USER, id, 500);
    store.first(
        store
            .collection("enrich_requests")
            .updateOne(
                new Document("_id", id),
                new Document("$set", new Document("charge", left.document()))));
    assertEquals(left, awaitCounted(440, 2).charge());
  }

  /** Waits for that much more than before, and for nothing open; the newest row. */
  private LedgerRow awaitCounted(long tokens, long requests) throws InterruptedException {
    Await.until(
        "%d tokens in %d requests".formatted(tokens, requests),
        EnricherStack.PATIENCE,
        () -> {
          UsageNumbers now = usage.numbers(USER, usage.month());
          return now.tokensUsed() - before.tokensUsed() == tokens
              && now.requestsUsed() - before.requestsUsed() == requests
              && now.open() == 0
              && now.tokensReserved() == 0
              && rows().size() - rowsBefore >= Math.max(1, requests);
        });
    return rows().getLast();
  }

  private List<LedgerRow> rows() throws InterruptedException {
    return usage.ledger().rows(USER, usage.month(), 0, 1_000);
  }

  private static String body(String campaign) {
    return "{\"campaign_id\": \"%s\", \"locale\": \"de-DE\", \"interests_text\": \"trail shoes\"}"
        .formatted(campaign);
  }

  private static Mood paid(String text, int prompt, int completion) {
    return new Mood.Answer(text, "stop", new Mood.Usage(prompt, completion));
  }
}
