package io.weir.platform.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenCounterTest {
  private static final TokenCounter COUNTER = new TokenCounter();

  @Test
  void nothingIsLoadedBeforeTheFirstCount() {
    var counter = new TokenCounter();
    assertFalse(counter.loaded());
    assertEquals(2, counter.count("hello world"));
    assertTrue(counter.loaded());
  }

  @Test
  void wordsOfControlAreTextLikeAnyOther() {
    assertTrue(COUNTER.count("<|endoftext|>") > 1);
    assertEquals(0, COUNTER.count(""));
  }

  @Test
  void anEstimateIsTheCountWithAThirdUpOnIt() {
    assertEquals(3, COUNTER.estimate("hello world"));
    String prose = "The quick brown fox jumps over the lazy dog. ".repeat(100);
    assertEquals(Math.ceilDiv(COUNTER.count(prose) * 13, 10), COUNTER.estimate(prose));
  }

  @Test
  void aCallCostsAtMostItsQuestionItsSchemaAndItsLongestAnswer() {
    LlmCall call = LlmCall.of("w", "s", "Be terse.", "hello world", 500, Instant.EPOCH);
    long question = COUNTER.count("Be terse.") + COUNTER.count("hello world");
    long most = COUNTER.atMost(call);
    assertTrue(most > 500 + question * 13 / 10, () -> "at most " + most);
    assertTrue(most < 500 + question + 40, () -> "at most " + most);

    var schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    assertTrue(COUNTER.atMost(call.withSchema("s", schema)) > most);
    assertTrue(COUNTER.atMost(call.withUser("and more")) > most);
  }

  /** A tokenizer that pairs naively takes minutes for these. */
  @Test
  void hostileTextsAreCountedAtOnce() {
    assertTrue(COUNTER.count("a".repeat(200_000)) > 1_000);
    assertTrue(COUNTER.count(" ".repeat(200_000)) > 100);
    assertTrue(COUNTER.count("\uD83D\uDE00".repeat(20_000)) > 1_000);
  }
}
