package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.RequestFailedException;
import io.weir.platform.contract.Scope;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;
import io.weir.platform.usage.LlmCall;
import io.weir.platform.usage.LlmCall.Outcome;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import io.weir.proto.v1.LlmError;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.PromtoolCheck;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What calls cost, from the gateway as a process to the rows of the ledger. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LedgerIT {
  private static final Duration SOON = KeyedStand.SOON;
  private static final String ASK =
      "{\"model\":\"gpt-4o-mini\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hello"
          + " there\"}]}";
  private static final Mood BOUGHT = new Mood.Answer("yes", "stop", new Mood.Usage(1_000, 200));

  private KeyedStand stand;
  private String ada = "";
  private String service = "";

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    stand = new KeyedStand(folder);
    ada = stand.key("ada", Scope.CHAT);
    service = stand.key("workers", Scope.CHAT, Scope.UNCHARGED);
    // Keys are looked up in MongoDB, which the gateway does not wait for.
    Await.until(
        "keys are known", SOON, () -> stand.send(service, ASK, "first").statusCode() == 200);
  }

  @AfterAll
  void stop() throws Exception {
    stand.close();
  }

  @BeforeEach
  void forget() {
    stand.llm.clear();
    stand.llm.byDefault(BOUGHT);
  }

  @Test
  void everyWayInHasItsRowWithPriceAndOwner() throws Exception {
    assertEquals(200, stand.send(ada, ASK, "plain").statusCode());
    LlmCall plain = stand.row("plain");
    assertEquals("ada", plain.user());
    assertFalse(plain.key().isEmpty());
    assertFalse(plain.charge().isEmpty());
    assertEquals(new LlmCall.Tokens(1_000, 0, 0, 200), plain.tokens());
    assertEquals(150 + 120, plain.costMicros());
    assertEquals("chat_completions", plain.endpoint());

    String streamed =
        stand.send(ada, ASK.replace("{\"model", "{\"stream\":true,\"model"), "sse").body();
    assertTrue(streamed.endsWith("data: [DONE]\n\n"), streamed);
    assertEquals(1_000, stand.row("sse").tokens().input());

    assertEquals(200, stand.send(service, ASK, "of-a-service").statusCode());
    assertEquals("", stand.row("of-a-service").charge());

    stand.llm.enqueue(new Mood.Failure(500, "bad"));
    assertEquals(502, stand.send(ada, ASK, "failed").statusCode());
    assertEquals(Outcome.ERROR, stand.row("failed").outcome());
    assertEquals(0, stand.row("failed").costMicros());

    stand.llm.enqueue(new Mood.BrokenStream(3, "one two three four five"));
    stand.send(ada, ASK.replace("{\"model", "{\"stream\":true,\"model"), "broken");
    LlmCall broken = stand.row("broken");
    assertEquals(Outcome.UNKNOWN, broken.outcome());
    assertTrue(broken.estimated() && broken.tokens().output() > 0, broken.toString());

    var asker = new DurableAsker(stand.nats.url());
    try {
      asker.request("durable", ASK);
      asker.answer("durable");
      LlmCall durable = stand.row("durable");
      assertEquals("nats_llm_request", durable.endpoint());
      assertEquals("local", durable.user());
      assertEquals("", durable.charge());
    } finally {
      asker.close();
    }
    // The counters agree with the rows once the allowance has been settled.
    Await.until(
        "the month is settled",
        SOON,
        () -> {
          var account = stand.audit("ada");
          return account.counters().open() == 0 && account.counters().tokensUsed() >= 2_400;
        });
    assertEquals(List.of(), stand.audit("ada").differences());
    assertEquals(0, stand.audit("workers").counters().tokensUsed());
  }

  @Test
  void everyMetricOfModelsIsThereAndPassesPromtool() throws Exception {
    String streamed = ASK.replace("{\"model", "{\"stream\":true,\"model");
    String texts = "{\"model\":\"gpt-4o-mini\",\"input\":\"hello\"}";
    assertEquals(200, stand.send(ada, streamed, "m-1").statusCode());
    assertEquals(200, stand.post("/v1/embeddings", ada, texts, "m-2").statusCode());
    for (String id : List.of("m-3", "m-4")) {
      assertEquals(200, stand.send(ada, ASK, id, "x-weir-cache", "on").statusCode());
    }
    assertEquals(Outcome.CACHED, stand.row("m-4").outcome());
    assertEquals(0, stand.row("m-4").costMicros());
    assertEquals("", stand.row("m-4").charge());

    String metrics = stand.metrics();
    assertEquals(List.of(), PromtoolCheck.findings(metrics));
    for (String found :
        List.of(
            "gen_ai_client_token_usage_bucket chat",
            "gen_ai_client_token_usage_bucket embeddings",
            "gen_ai_client_operation_duration_seconds_bucket chat",
            "gen_ai_client_operation_duration_seconds_bucket embeddings",
            "gen_ai_client_operation_time_to_first_chunk_seconds_bucket chat",
            "gen_ai_client_operation_time_per_output_chunk_seconds_bucket chat",
            "weir_llm_cost_microdollars_total openai",
            "weir_llm_provider_available openai",
            "weir_llm_cache_hits_total",
            "weir_llm_cache_size_bytes")) {
      String[] wanted = found.split(" ", -1);
      assertTrue(
          metrics
              .lines()
              .anyMatch(
                  line ->
                      line.startsWith(wanted[0])
                          && (wanted.length == 1 || line.contains("\"" + wanted[1] + "\""))),
          () -> found + " in\n" + metrics);
    }
  }

  private static long total(LlmCall call) {
    return call.tokens().input() + call.tokens().output();
  }

  @Test
  void aKilledGatewayLeavesWhatItHadBegunAsUnknown() throws Exception {
    String eve = stand.key("eve", Scope.CHAT);
    assertEquals(200, stand.send(eve, ASK, "before").statusCode());
    stand.llm.clear();
    stand.llm.byDefault(Mood.Slow.toStart(Duration.ofSeconds(60), BOUGHT));
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                stand.send(eve, ASK, "killed");
              } catch (IOException | InterruptedException e) {
                // Its gateway is killed.
              }
            });
    stand.llm.awaitRequest(0, SOON);
    stand.gateway.kill();
    stand.llm.byDefault(BOUGHT);
    stand.gateway.restart(SOON);
    LlmCall killed = stand.row("killed");
    assertEquals(Outcome.UNKNOWN, killed.outcome());
    assertEquals("eve", killed.user());
    assertTrue(killed.costMicros() > 0, killed.toString());
    // What it had reserved is settled with what both of its calls came to.
    Await.until("settled", SOON, () -> stand.audit("eve").counters().open() == 0);
    assertEquals(1_200 + total(killed), stand.audit("eve").counters().tokensUsed());
    assertEquals(2, stand.audit("eve").counters().requestsUsed());
    assertEquals(List.of(), stand.audit("eve").differences());
    // Not as a late call, whose charge had been settled without it.
    String work = stand.ledgerRow(killed.charge()).charge().work();
    assertTrue(work.startsWith("allowance:"), work);
    assertEquals(200, stand.send(ada, ASK, "after").statusCode());
    assertEquals(Outcome.OK, stand.row("after").outcome());
  }

  @Test
  void anAnswerThatWasStoredOutlivesItsGateway() throws Exception {
    String first = stand.send(ada, ASK, "kept-1", "Idempotency-Key", "kept").body();
    stand.gateway.kill();
    stand.gateway.restart(SOON);
    Await.until(
        "MongoDB is known",
        SOON,
        () -> stand.send(ada, ASK, "kept-2", "Idempotency-Key", "kept").body().equals(first));
    assertEquals(1, stand.llm.requests("/v1/chat/completions").size());
  }

  @Test
  void whoeverHasUsedUpTheMonthIsRefusedAndIsNotByASecondTooEarly() throws Exception {
    new Users(stand.mongo, Plan.LITE)
        .put(new User("bob", Plan.LITE, Optional.of(new Quota(10_000, 1_000))));
    String bob = stand.key("bob", Scope.CHAT);
    int answered = 0;
    HttpResponse<String> last = stand.send(bob, ASK, "bob");
    while (answered < 30
        && (last.statusCode() == 200 || KeyedStand.code(last).equals("quota_reserved"))) {
      answered += last.statusCode() == 200 ? 1 : 0;
      last = stand.send(bob, ASK, "bob");
    }
    // 1,200 tokens each, far beyond what was reserved: only the last one may pass the limit.
    assertTrue(answered >= 7 && answered <= 9, "answered: " + answered);
    assertEquals(403, last.statusCode(), last.body());
    assertEquals("insufficient_quota", KeyedStand.code(last));
    assertTrue(last.body().contains("of 10000 tokens"), last.body());
    assertEquals(answered, stand.llm.requests("/v1/chat/completions").size());
    Await.until("settled", SOON, () -> stand.audit("bob").counters().open() == 0);
    assertEquals(answered * 1_200L, stand.audit("bob").counters().tokensUsed());
    assertEquals(answered, stand.audit("bob").counters().requestsUsed());
    assertEquals(List.of(), stand.audit("bob").differences());
  }

  @Test
  void aKeysOwnBudgetHoldsOnEveryWayIn() throws Exception {
    // Answers cost what was reserved for them, and five of them are the budget.
    stand.llm.byDefault(new Mood.Answer("yes", "stop", new Mood.Usage(0, 100)));
    String key = stand.key("carl", new KeyBudget(KeyBudget.NONE.tokens(), 5 * 67), Scope.CHAT);
    String id = key.substring(0, 17);
    String streamed = ASK.replace("{\"model", "{\"stream\":true,\"model");
    String texts = "{\"model\":\"gpt-4o-mini\",\"input\":\"%s\"}".formatted("hello ".repeat(400));
    var asker = new DurableAsker(stand.nats.url());
    try {
      assertEquals(200, stand.send(key, ASK, "carl").statusCode());
      assertTrue(stand.send(key, streamed, "carl").body().endsWith("data: [DONE]\n\n"));
      asker.request("carl-1", ASK, id);
      assertInstanceOf(LlmResponse.class, asker.answer("carl-1"));
      assertEquals("openai", asker.ask("carl-2", ASK, id).getProvider());
      Await.until("used up", SOON, () -> stand.send(key, ASK, "carl").statusCode() == 403);

      HttpResponse<String> refused = stand.send(key, streamed, "carl");
      assertEquals(403, refused.statusCode());
      assertEquals("insufficient_quota", KeyedStand.code(refused));
      assertTrue(refused.body().contains(id + " has no room"), refused.body());
      assertTrue(refused.body().contains("of 0.000335 dollars"), refused.body());
      assertEquals(403, stand.post("/v1/embeddings", key, texts, "carl").statusCode());
      asker.request("carl-3", ASK.replace("there", "again"), id);
      assertTrue(
          assertInstanceOf(LlmError.class, asker.answer("carl-3"))
              .getMessage()
              .contains("insufficient_quota"));
      var failed =
          assertThrows(RequestFailedException.Refused.class, () -> asker.ask("carl-4", ASK, id));
      assertEquals(403, failed.code());
    } finally {
      asker.close();
    }
    assertEquals(
        200, stand.send(stand.key("carl", Scope.CHAT), ASK, "carl").statusCode(), "carl has room");
    Await.until("settled", SOON, () -> stand.audit("carl").counters().open() == 0);
    assertEquals(List.of(), stand.audit("carl").differences());
    KeyNumbers used = stand.audit("carl").counters().of(id.substring(5));
    assertTrue(used.costMicros() > 3 * 60 && used.costMicros() <= 5 * 67, used.toString());
  }
}
