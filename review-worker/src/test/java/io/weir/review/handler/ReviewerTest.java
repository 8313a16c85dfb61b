package io.weir.review.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.messaging.secret.Redaction;
import io.weir.platform.llm.Bill;
import io.weir.platform.llm.Bought;
import io.weir.platform.llm.LanguageModel;
import io.weir.platform.llm.LlmAnswer;
import io.weir.platform.llm.LlmCall;
import io.weir.platform.llm.LlmTransientException;
import io.weir.platform.llm.LlmUsage;
import io.weir.platform.usage.Prices;
import io.weir.platform.usage.Spend;
import io.weir.review.config.ReviewSettings;
import io.weir.review.config.Roles;
import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.JobType;
import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.ReviewResult;
import io.weir.review.pipeline.SecretFindings;
import io.weir.review.pipeline.Source;
import io.weir.review.store.Job;
import io.weir.review.store.JobPriority;
import io.weir.review.store.JobStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReviewerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
  private static final ReviewSettings.Model SETTINGS =
      new ReviewSettings.Model(2048, Optional.of(0.7), new Prices(3_000, 15_000));
  private static final String CODE = "password = 'Tr0ub4dor&3'\n\ndef half(n):\n    return n / 0\n";
  private static final String ANSWER =
      """
      {"summary": "Divides by zero.", "content": "## Issues", "findings": [
        {"severity": "high", "message": "Division by zero.", "existing_code": "return n / 0", "start_line": 1},
        {"severity": "low", "message": "Invented.", "existing_code": "eval(n)"}]}
      """;

  private final List<LlmCall> calls = new ArrayList<>();
  private final Bill bill = new Bill();

  @Test
  void secrets_linter_and_model_come_together_and_an_invented_quote_is_dropped()
      throws InterruptedException {
    ReviewResult result = completed(reviewer(answers(ANSWER)).review(job(), bill, NOW)).result();

    assertEquals(
        List.of(Source.SECRETS, Source.LINTER, Source.MODEL),
        result.findings().stream().map(Finding::source).toList());
    assertEquals(4, result.findings().getLast().startLine());
    assertEquals(1, result.dropped());
    assertEquals("code_reviewer@1", result.prompt());
    assertEquals("scripted", result.model());
    assertEquals("linted", result.lintResult().status());
  }

  @Test
  void the_call_is_bounded_keyed_by_work_and_step_and_asks_for_the_schema()
      throws InterruptedException {
    reviewer(answers(ANSWER)).review(job(), bill, NOW);

    LlmCall call = calls.getFirst();
    assertEquals("j1:0", call.work());
    assertEquals("answer", call.step());
    assertEquals(2048, call.maxTokens());
    assertEquals(Optional.of(0.7), call.temperature());
    assertEquals("review_answer", call.schema().orElseThrow().name());
    assertTrue(call.user().getFirst().contains("Unused thing [unused]"));
  }

  @Test
  void an_invalid_answer_is_asked_for_once_more_with_what_was_wrong() throws InterruptedException {
    Reviewed.Completed completed =
        completed(reviewer(answers("Looks good!", ANSWER)).review(job(), bill, NOW));

    assertEquals(2, calls.size());
    assertTrue(calls.getLast().user().getLast().contains("answer: not valid JSON"));
    assertEquals("answer-repair", calls.getLast().step());
    assertEquals("scripted", completed.result().model());
    assertEquals(new LlmUsage(200, 100, 300), bill.usage());
  }

  @Test
  void what_the_first_answer_cost_is_known_when_the_second_never_comes() {
    assertThrows(
        LlmTransientException.class,
        () -> reviewer(answers("Looks good!")).review(job(), bill, NOW));
    assertEquals(150, bill.usage().totalTokens());
  }

  @Test
  void two_invalid_answers_fail_the_job_with_the_reason_and_what_they_cost()
      throws InterruptedException {
    var failed =
        assertInstanceOf(
            Reviewed.Failed.class,
            reviewer(answers("no", "{\"summary\": \"x\"}")).review(job(), bill, NOW));
    assertEquals(
        "the model's answer was not valid, twice: findings: expected a list, found nothing",
        failed.reason());
    assertEquals(300, bill.usage().totalTokens());
  }

  @Test
  void without_a_model_the_rules_make_a_review_that_says_so() throws InterruptedException {
    ReviewResult result =
        completed(
                reviewer((call, bill) -> new LlmAnswer.OfflineOnly("none configured"))
                    .review(job(), bill, NOW))
            .result();
    assertTrue(result.offline());
    assertEquals(2, result.findings().size());
    assertTrue(result.content().contains("Offline review"));
    assertEquals("", result.model());
  }

  @Test
  void a_calls_cost_is_rounded_up_to_the_micro_dollar() {
    assertEquals(3_450, SETTINGS.costMicros(new LlmUsage(150, 200, 350)));
    var cheap = new ReviewSettings.Model(2048, Optional.empty(), new Prices(3_000, 1));
    assertEquals(1, cheap.costMicros(new LlmUsage(0, 1, 1)));
  }

  private static Reviewed.Completed completed(Reviewed reviewed) {
    return assertInstanceOf(Reviewed.Completed.class, reviewed);
  }

  private Reviewer reviewer(LanguageModel model) {
    var lint =
        new Finding(
            "a.py",
            3,
            1,
            3,
            2,
            io.weir.review.pipeline.Severity.LOW,
            "c",
            "unused",
            "Unused thing",
            "",
            "",
            1,
            Source.LINTER);
    return new Reviewer(
        submission -> new LintResult.Linted("pylint", "2", List.of(lint)),
        Roles.shipped(),
        model,
        SETTINGS);
  }

  private LanguageModel answers(String... texts) {
    return (call, paid) -> {
      calls.add(call);
      if (calls.size() > texts.length) {
        throw new LlmTransientException(
            LlmTransientException.Kind.FAILED, "overloaded", Optional.empty(), null);
      }
      var _ = paid.add(new Bought("a" + calls.size(), "scripted", new LlmUsage(100, 50, 150)));
      return new LlmAnswer.Completed(texts[calls.size() - 1], "scripted");
    };
  }

  private static Job job() {
    Redaction redacted = Redaction.of(CODE);
    return new Job(
        "j1",
        "u1",
        JobType.REVIEW,
        JobPriority.NORMAL,
        JobStatus.PROCESSING,
        "a.py",
        redacted.text(),
        Optional.of(Language.PYTHON),
        "",
        "",
        JsonNodeFactory.instance.objectNode(),
        SecretFindings.of(redacted, "a.py"),
        "c1",
        Optional.empty(),
        List.of(),
        0,
        "",
        0,
        NOW,
        NOW,
        Optional.empty(),
        Optional.empty(),
        Spend.NONE);
  }
}
