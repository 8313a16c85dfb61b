package io.weir.enricher;

import static io.weir.enricher.Samples.ANSWER;
import static io.weir.enricher.Samples.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of requests whose model answers badly, fails, or lets nobody in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelFailuresIT {
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
  void an_invalid_answer_is_asked_for_again_with_the_reason() throws Exception {
    llm.enqueue(new Mood.Answer("{\"dos\": []}"));
    stack.publish(request("second-try", "c-second").build());
    assertEquals("llm", stack.awaitReady("c-second").getContextPack().getMode());
    assertEquals(2, llm.requests().size());
    assertTrue(llm.requests().getLast().lastContent("user").contains("dos: expected 1 to 15"));
  }

  @Test
  void two_invalid_answers_make_a_dead_letter_and_no_pack() throws Exception {
    llm.byDefault(new Mood.Answer("I would rather not."));
    stack.publish(request("refusing", "c-refusing").build());
    stack.awaitDeadLetter("broke the schema twice: answer: not valid JSON");
    assertEquals(404, stack.get("/packs/refusing/de-DE").status());
    assertEquals(2, llm.requests().size());
  }

  @Test
  void a_failing_model_is_tried_again_and_the_pack_is_announced_once() throws Exception {
    llm.enqueue(new Mood.Failure(500, "overloaded"), new Mood.Failure(500, "overloaded"));
    stack.publish(request("flaky", "c-flaky").build());
    assertEquals("llm", stack.awaitReady("c-flaky").getContextPack().getMode());
    assertEquals(1, stack.readyFor("c-flaky").size());
  }

  @Test
  void what_was_paid_before_a_failure_is_counted_with_the_pack() throws Exception {
    var failure = new Mood.Failure(500, "overloaded");
    llm.enqueue(paid("{}", 100, 10), failure, failure, failure, paid(ANSWER, 200, 20));
    stack.publish(request("paid", "c-paid").build());
    stack.awaitReady("c-paid");
    assertEquals(330, stack.get("/packs/paid/de-DE").body().at("/tokens/total").asInt());
  }

  @Test
  void a_wrong_key_for_the_model_delays_requests_and_none_becomes_a_dead_letter() throws Exception {
    llm.byDefault(new Mood.WrongKey());
    stack.publish(request("locked-out", "c-locked-out").build());
    Await.until(
        "the model has refused more calls than a request may fail",
        EnricherStack.PATIENCE,
        () -> llm.requests("/v1/chat/completions").size() >= 6);
    llm.byDefault(new Mood.Answer(ANSWER));
    assertEquals("llm", stack.awaitReady("c-locked-out").getContextPack().getMode());
  }

  private static Mood paid(String text, int prompt, int completion) {
    return new Mood.Answer(text, "stop", new Mood.Usage(prompt, completion));
  }
}
