package io.weir.platform.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.llm.answer.AnswerFormat;
import io.weir.platform.llm.answer.Parsed;
import io.weir.platform.llm.answer.StrictSchema;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StructuredCallTest {
  private static final String GOOD = "{\"n\": 7}";
  private static final LlmUsage EACH = new LlmUsage(100, 10, 110);

  private final Deque<Object> script = new ArrayDeque<>();
  private final List<LlmCall> calls = new ArrayList<>();
  private final Bill bill = new Bill();

  @Test
  void aValidAnswerIsAskedForOnce() throws InterruptedException {
    assertEquals(new Asked.Answered<>(7, "scripted"), ask(GOOD));
    assertEquals(1, calls.size());
    assertEquals(EACH, bill.usage());
    assertEquals("number", calls.getFirst().schema().orElseThrow().name());
  }

  @Test
  void anInvalidAnswerIsAskedForOnceMoreWithItsProblemsUnderAnotherStep()
      throws InterruptedException {
    assertEquals(new Asked.Answered<>(7, "scripted"), ask("{\"n\": \"x\"}", GOOD));

    LlmCall second = calls.get(1);
    assertEquals("answer", calls.getFirst().step());
    assertEquals("answer-repair", second.step());
    assertEquals(calls.getFirst().work(), second.work());
    assertEquals(calls.getFirst().schema(), second.schema());
    assertEquals("How many?", second.user().getFirst());
    assertTrue(second.user().getLast().contains("\n- n: expected a number, found \"x\"\n"));
    assertEquals(2, calls.size());
    assertEquals(EACH.plus(EACH), bill.usage());
  }

  @Test
  void whatIsNoJsonGetsItsRepairRoundToo() throws InterruptedException {
    assertInstanceOf(
        Asked.Answered.class, ask("Seven, I would say.", "```json\n" + GOOD + "\n```"));
    assertTrue(calls.get(1).user().getLast().contains("answer: not valid JSON"));
  }

  @Test
  void thereIsExactlyOneRepairRound() throws InterruptedException {
    var invalid = assertInstanceOf(Asked.Invalid.class, ask("no", "{\"n\": []}", GOOD));
    assertEquals(List.of("n: expected a number, found []"), invalid.problems());
    assertEquals("scripted", invalid.model());
    assertEquals(2, calls.size());
    assertEquals(220, bill.usage().totalTokens());
  }

  @Test
  void withoutAModelNothingIsRepaired() throws InterruptedException {
    assertEquals(new Asked.Offline<>("none"), ask(new LlmAnswer.OfflineOnly("none")));
    assertEquals(new Asked.Offline<>("gone"), ask("no", new LlmAnswer.OfflineOnly("gone")));
    assertEquals(EACH, bill.usage(), "the first answer was paid for");
  }

  @Test
  void aFailedRepairRoundLeavesTheFirstAnswerOnTheBill() {
    for (RuntimeException failure :
        List.of(
            new LlmRejectedException(400, "too long", null),
            new DependencyUnavailableException("llm", "gone", null))) {
      assertThrows(failure.getClass(), () -> ask("no", failure));
    }
    assertEquals(2, bill.bought().size());
  }

  @Test
  void theListOfProblemsIsBounded() throws InterruptedException {
    AnswerFormat<Integer> wordy = format(Collections.nCopies(500, "n: " + "x".repeat(10_000)));
    script.addAll(List.of(GOOD, GOOD));
    var invalid =
        assertInstanceOf(
            Asked.Invalid.class, new StructuredCall<>(question(), wordy).askedOf(model(), bill));
    assertEquals(20, invalid.problems().size());
    assertTrue(calls.get(1).user().getLast().length() < 7_000);
  }

  @Test
  void theSchemaComesFromTheFormatAlone() {
    LlmCall withSchema = question().withSchema("other", JsonNodeFactory.instance.objectNode());
    assertThrows(
        IllegalArgumentException.class, () -> new StructuredCall<>(withSchema, format(List.of())));
  }

  @Test
  void aStepWithoutRoomForItsRepairRoundIsRefusedBeforeAnythingIsAsked() {
    LlmCall longStep = question().withStep("s".repeat(26));
    assertThrows(
        IllegalArgumentException.class, () -> new StructuredCall<>(longStep, format(List.of())));
  }

  @Test
  void workAndStepAreFitForAHeader() {
    for (String bad : new String[] {"", "a b", "a\n", "ä", "x".repeat(129)}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> LlmCall.of(bad, "answer", "", "u", 1, Instant.EPOCH),
          bad);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> LlmCall.of("w", "An answer", "", "u", 1, Instant.EPOCH));
    assertFalse(LlmCall.of("w", "a", "", "u", 1, Instant.EPOCH).work().isEmpty());
  }

  private Asked<Integer> ask(Object... answers) throws InterruptedException {
    script.clear();
    script.addAll(List.of(answers));
    return model().ask(new StructuredCall<>(question(), format(List.of())), bill);
  }

  private LanguageModel model() {
    return (call, paid) -> {
      calls.add(call);
      switch (script.pop()) {
        case RuntimeException failure -> throw failure;
        case LlmAnswer answer -> {
          return answer;
        }
        case Object text -> {
          var _ = paid.add(new Bought("a" + calls.size(), "scripted", EACH));
          return new LlmAnswer.Completed(text.toString(), "scripted");
        }
      }
    };
  }

  private static LlmCall question() {
    return LlmCall.of("job-1", "answer", "Count.", "How many?", 100, Instant.EPOCH)
        .withTemperature(Optional.of(0.7));
  }

  private static AnswerFormat<Integer> format(List<String> always) {
    return new AnswerFormat<>() {
      @Override
      public String name() {
        return "number";
      }

      @Override
      public ObjectNode schema() {
        return StrictSchema.object().integers("n").json();
      }

      @Override
      public Parsed<Integer> parse(ObjectNode answer) {
        var n = answer.path("n");
        List<String> problems = n.isInt() ? always : List.of("n: expected a number, found " + n);
        return Parsed.of(n.asInt(), problems);
      }
    };
  }
}
