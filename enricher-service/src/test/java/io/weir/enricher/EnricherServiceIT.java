package io.weir.enricher;

import static io.weir.enricher.Samples.ANSWER;
import static io.weir.enricher.Samples.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.enricher.EnricherStack.Answer;
import io.weir.proto.v1.ContextEnrichReady;
import io.weir.proto.v1.ContextPack;
import io.weir.proto.v1.Fact;
import io.weir.proto.v1.Insight;
import io.weir.proto.v1.Passage;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.RecordedRequest;
import io.weir.testsupport.ScriptedLlm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnricherServiceIT {
  private final ScriptedLlm llm = ScriptedLlm.start();
  private EnricherStack stack;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    stack = new EnricherStack(folder, llm.baseUrl());
  }

  @AfterAll
  void stop() throws Exception {
    stack.close();
    llm.close();
  }

  @BeforeEach
  void calm() {
    llm.clear();
    llm.byDefault(new Mood.Answer(ANSWER));
    stack.restoreSearch();
  }

  @Test
  void a_request_message_becomes_a_stored_pack_and_a_ready_message() throws Exception {
    stack.publish(request("first", "c-first").build());
    ContextEnrichReady ready = stack.awaitReady("c-first");
    ContextPack pack = ready.getContextPack();
    assertEquals("first", ready.getCampaignId());
    assertEquals("de-DE", ready.getLocale());
    assertEquals("llm", pack.getMode());
    assertEquals(List.of("Show real mud."), pack.getDosList());
    assertEquals(List.of("Promise injuries away."), pack.getDontsList());
    assertEquals(List.of("cheap", "billig"), pack.getBannedWordsList());
    assertEquals(
        List.of("No health claims.", "Price claims need a basis."), pack.getLegalGuidelinesList());
    Passage passage = pack.getPassages(0);
    assertEquals("Trail running shoes need deep lugs for mud.", passage.getExcerpt());
    assertEquals("doc-1", passage.getSourceId());
    assertEquals(3, passage.getSourceVersion());
    assertCitationsResolve(pack);

    Answer stored = stack.get("/packs/first/de-de");
    assertEquals(200, stored.status());
    assertEquals(pack.getId(), stored.body().path("id").asText());
    assertTrue(stored.body().path("tokens").path("total").asLong() > 0);
    assertEquals(pack.getFactsCount(), stored.body().path("pack").path("facts").size());
  }

  @Test
  void the_model_is_asked_with_schema_key_and_every_part_of_the_request() throws Exception {
    stack.publish(request("asked", "c-asked").setRegion("Bavaria").build());
    stack.awaitReady("c-asked");
    RecordedRequest asked = llm.requests().getFirst();
    String key = asked.header("idempotency-key").orElse("");
    assertTrue(key.matches("[0-9a-f]{64}:enrich:[0-9a-f]{32}"), key);
    assertEquals("json_schema", asked.body().at("/response_format/type").asText());
    String prompt = asked.lastContent("user");
    for (String part :
        List.of(
            "Bavaria", "trail runners", "Mudclaw 3", "billig", "deep lugs", "locale.currency")) {
      assertTrue(prompt.contains(part), () -> part + " is missing in " + prompt);
    }
  }

  @Test
  void a_repeated_request_is_answered_from_the_store() throws Exception {
    stack.publish(request("again", "c-once").build());
    ContextEnrichReady first = stack.awaitReady("c-once");
    int calls = llm.requests().size();
    stack.publish(request("again", "c-twice").build());
    ContextEnrichReady second = stack.awaitReady("c-twice");
    assertEquals(first.getContextPack(), second.getContextPack());
    assertEquals(calls, llm.requests().size());

    stack.publish(request("again", "c-other").setAgeMax(50).build());
    stack.awaitReady("c-other");
    assertEquals(calls + 1, llm.requests().size(), "another request is asked anew");
  }

  @Test
  void without_the_search_there_are_no_passages_and_the_pack_says_so() throws Exception {
    stack.search.answer(503, "{}");
    stack.publish(request("no-search", "c-no-search").build());
    ContextPack pack = stack.awaitReady("c-no-search").getContextPack();
    assertEquals("llm", pack.getMode());
    assertEquals(0, pack.getPassagesCount());
    assertEquals(
        List.of("notice.passages"),
        pack.getFactsList().stream()
            .filter(fact -> fact.getKind().equals("notice"))
            .map(Fact::getId)
            .toList());

    stack.restoreSearch();
    stack.publish(request("no-search", "c-searched").build());
    assertEquals(1, stack.awaitReady("c-searched").getContextPack().getPassagesCount());
  }

  @Test
  void what_is_no_valid_request_goes_to_the_dead_letters_with_the_reason() throws Exception {
    stack.publish("garbage", "no protobuf at all".getBytes(StandardCharsets.UTF_8));
    stack.awaitDeadLetter("not a valid weir.v1.ContextEnrichRequest");
    stack.publish(request("", "c-missing").build());
    stack.awaitDeadLetter("campaign_id: required");
    stack.publish(request("bad", "c-locale").setLocale("german").build());
    stack.awaitDeadLetter("locale: ");
    stack.publish(request("bad", "c-ages").setAgeMin(60).build());
    stack.awaitDeadLetter("age_min: must not exceed age_max");
    stack.publish(request("bad", "c-profile").setProfile("nope").build());
    stack.awaitDeadLetter("profile: unknown");
    assertEquals(List.of(), llm.requests());
  }

  @Test
  void http_accepts_a_request_and_can_wait_for_the_pack() throws Exception {
    String body =
        """
        {"campaign_id": "by-http", "locale": "fr-FR", "interests_text": "trail shoes", "age_min": 20,
         "brand_compliance": {"banned_words": ["pas cher"]}, "attributes": {"season": "late"}}
        """;
    Answer waited = stack.post("/enrich?wait=30s", body, "x-correlation-id", "c-http");
    assertEquals(200, waited.status(), waited.body()::toString);
    assertEquals("pas cher", waited.body().at("/pack/banned_words/0").asText());
    assertEquals("c-http", stack.awaitReady("c-http").getCorrelationId());

    Answer accepted = stack.post("/enrich", body.replace("by-http", "by-http-2"));
    assertEquals(202, accepted.status());
    assertEquals("pending", accepted.body().path("status").asText());
    assertEquals("fr-FR", accepted.body().path("locale").asText());
    assertFalse(accepted.body().path("request_id").asText().isEmpty());
    stack.awaitReady(accepted.body().path("correlation_id").asText());
  }

  @Test
  void the_same_idempotency_key_is_the_same_request_and_not_another_one() throws Exception {
    String body = "{\"campaign_id\": \"once\", \"locale\": \"de-DE\"}";
    Answer first = stack.post("/enrich?wait=30s", body, "Idempotency-Key", "k-1");
    assertEquals(200, first.status());
    Answer receipt = stack.post("/enrich", body, "Idempotency-Key", "k-1");
    assertEquals(202, receipt.status());
    assertEquals(receipt, stack.post("/enrich", body, "Idempotency-Key", "k-1"));
    assertEquals(first, stack.post("/enrich?wait=30s", body, "Idempotency-Key", "k-1"));
    String correlation = receipt.body().path("correlation_id").asText();
    stack.awaitReady(correlation);
    assertEquals(1, stack.readyFor(correlation).size());
    Answer other = stack.post("/enrich", body.replace("once", "twice"), "Idempotency-Key", "k-1");
    assertEquals(422, other.status());
    assertEquals(404, stack.get("/packs/twice/de-DE").status());
  }

  /**
   * The pack of a campaign is the newest; an older request that is asked again gets its receipt.
   */
  @Test
  void nobody_gets_the_pack_of_another_request() throws Exception {
    String body = "{\"campaign_id\": \"shared\", \"locale\": \"de-DE\", \"audience\": \"%s\"}";
    String teens = body.formatted("teens");
    assertEquals(200, stack.post("/enrich?wait=30s", teens, "Idempotency-Key", "k-t").status());
    assertEquals(
        200,
        stack
            .post("/enrich?wait=30s", body.formatted("seniors"), "Idempotency-Key", "k-s")
            .status());
    Answer again = stack.post("/enrich?wait=30s", teens, "Idempotency-Key", "k-t");
    assertEquals(202, again.status(), again.body()::toString);
    assertFalse(again.body().path("request_id").asText().isEmpty());
  }

  @Test
  void attributes_that_no_reader_could_decode_are_refused() throws Exception {
    String deep = "{\"a\":".repeat(40) + "1" + "}".repeat(40);
    Answer refused =
        stack.post(
            "/enrich",
            "{\"campaign_id\": \"deep\", \"locale\": \"de-DE\", \"attributes\": %s}"
                .formatted(deep));
    assertEquals(400, refused.status(), refused.body()::toString);
    assertTrue(refused.body().toString().contains("attributes"), refused.body()::toString);
  }

  @Test
  void a_request_that_is_too_large_for_the_broker_is_refused_and_leaves_nothing() throws Exception {
    String body = "{\"campaign_id\": \"large\", \"locale\": \"de-DE\", \"product_names\": [%s]}";
    String names = ("\"" + "x".repeat(4_000) + "\",").repeat(20);
    Answer refused =
        stack.post("/enrich", body.formatted(names + "\"y\""), "Idempotency-Key", "k-large");
    assertEquals(400, refused.status(), refused.body()::toString);
    assertTrue(refused.body().path("detail").asText().contains("the server takes 65536"));
    Answer smaller = stack.post("/enrich", body.formatted(""), "Idempotency-Key", "k-large");
    assertEquals(202, smaller.status(), smaller.body()::toString);
    stack.awaitReady(smaller.body().path("correlation_id").asText());
  }

  @Test
  void http_tells_why_a_request_was_given_up() throws Exception {
    llm.byDefault(new Mood.Answer("{}"));
    Answer failed =
        stack.post("/enrich?wait=30s", "{\"campaign_id\": \"hopeless\", \"locale\": \"de-DE\"}");
    assertEquals(502, failed.status());
    assertTrue(failed.body().path("detail").asText().contains("broke the schema twice"));
  }

  @Test
  void bad_input_over_http_is_told_by_field_and_place() throws Exception {
    Answer broken = stack.post("/enrich", "{\"campaign_id\": ");
    assertEquals(400, broken.status());
    assertTrue(broken.body().path("detail").asText().contains("line 1"), broken.body()::toString);
    assertEquals(List.of("campaign_id", "locale"), fields(stack.post("/enrich", "{}")));
    assertEquals(
        List.of("locale", "profile"),
        fields(
            stack.post(
                "/enrich",
                "{\"campaign_id\": \"x\", \"locale\": \"xx-YY\", \"profile\": \"nope\"}")));
    assertEquals(
        List.of("age_min"),
        fields(
            stack.post(
                "/enrich", "{\"campaign_id\": \"x\", \"locale\": \"de\", \"age_min\": 200}")));
    assertEquals(List.of("wait"), fields(stack.post("/enrich?wait=soon", "{}")));
    assertEquals(413, stack.post("/enrich", "x".repeat(300_000)).status());
    assertEquals(404, stack.get("/packs/nobody/de-DE").status());
    assertEquals(400, stack.get("/packs/nobody/german").status());
  }

  @Test
  void a_worker_killed_during_the_model_call_does_its_work_once() throws Exception {
    llm.enqueue(new Mood.Silent());
    stack.publish(request("killed", "c-killed").build());
    RecordedRequest first = llm.awaitRequest(0, EnricherStack.PATIENCE);
    stack.service.kill();
    stack.service.restart(EnricherStack.START);
    ContextPack pack = stack.awaitReady("c-killed", Duration.ofMinutes(2)).getContextPack();
    assertEquals("llm", pack.getMode());
    assertEquals(
        first.header("idempotency-key"),
        llm.requests().getLast().header("idempotency-key"),
        "the second call asks for the answer of the first");
    Await.until("an empty stream", EnricherStack.PATIENCE, () -> stack.waitingRequests() == 0);
    assertEquals(1, stack.readyFor("c-killed").size());
  }

  private static void assertCitationsResolve(ContextPack pack) {
    var ids = new HashSet<String>();
    pack.getFactsList().forEach(fact -> ids.add(fact.getId()));
    pack.getPassagesList().forEach(passage -> ids.add(passage.getId()));
    assertTrue(pack.getInsightsList().stream().anyMatch(i -> i.getCitesCount() > 0));
    for (Insight insight : pack.getInsightsList()) {
      assertTrue(ids.containsAll(insight.getCitesList()), insight::toString);
    }
  }

  private static List<String> fields(Answer answer) {
    assertEquals(400, answer.status(), answer.body()::toString);
    return answer.body().path("errors").findValuesAsText("field");
  }
}
