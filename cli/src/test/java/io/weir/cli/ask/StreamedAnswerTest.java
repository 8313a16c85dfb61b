package io.weir.cli.ask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StreamedAnswerTest {
  private final StringBuilder text = new StringBuilder();
  private final StreamedAnswer answer = new StreamedAnswer(text::append);

  private static String chunk(String content) {
    return "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}],\"usage\":null}"
        .formatted(content);
  }

  @Test
  void piecesMakeTheAnswerAndTheLastEventsTellWhatItTook() {
    answer.line(": keep-alive");
    answer.line(chunk("Good "));
    answer.line("");
    answer.line(chunk("morning."));
    answer.line("data: {\"model\":\"m\",\"choices\":[],\"usage\":{\"completion_tokens\":4}}");
    assertFalse(answer.whole());
    answer.line("data: [DONE]");
    assertTrue(answer.whole());
    assertEquals("Good morning.", text.toString());
    assertEquals("m", answer.model());
    assertEquals(4, answer.usage().path("completion_tokens").asInt());
  }

  @Test
  void anErrorEventIsTheReasonWhyItIsNotWhole() {
    answer.line(chunk("Good "));
    answer.line("data: {\"error\":{\"message\":\"the provider broke off\"}}");
    assertFalse(answer.whole());
    assertEquals("the provider broke off", answer.reason());
  }

  @Test
  void aConnectionThatJustEndsIsNoWholeAnswer() {
    answer.line(chunk("Good "));
    assertFalse(answer.whole());
    assertTrue(answer.reason().contains("ended before"), answer.reason());
  }

  @Test
  void rubbishIsSaid() {
    answer.line("data: {");
    answer.line("data: [DONE]");
    assertFalse(answer.whole());
  }
}
