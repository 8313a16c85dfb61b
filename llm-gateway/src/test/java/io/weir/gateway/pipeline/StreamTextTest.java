package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StreamTextTest {
  private final StreamText text = new StreamText();

  @Test
  void whatIsSaidIsCollectedWhereverItStands() {
    add(
        "data: {\"id\":\"content\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}\n\n");
    add("data: {\"choices\":[{\"delta\":{\"content\": \"lo \\\"you\\\"\\n\"}}]}\n\n");
    add("data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\",\"content\":null}}]}\n\n");
    add(
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]}}]}\n\n");
    add("data: [DONE]\n\n");
    assertEquals("Hello \"you\"\nhm{\"a\":1}", text.text());
    assertEquals(1, text.share());
  }

  @Test
  void wordsThatLookLikeFieldsAreWords() {
    add("data: {\"delta\":{\"content\":\"say \\\"content\\\":\\\"no\\\"\"}}\n\n");
    assertEquals("say \"content\":\"no\"", text.text());
  }

  @Test
  void longAnswersAreCountedInProportion() {
    String event = "data: {\"delta\":{\"content\":\"" + "x".repeat(1 << 15) + "\"}}\n\n";
    for (int i = 0; i < 8; i++) {
      add(event);
    }
    assertEquals(1 << 16, text.text().length());
    assertEquals(4, text.share());
  }

  @Test
  void cutOffAndOddBytesDoNoHarm() {
    add("data: {\"delta\":{\"content\":\"unfinis");
    add("\"content\":\"\\");
    add("\"");
    add("");
    assertEquals("unfinis", text.text().substring(0, 7));
  }

  private void add(String events) {
    text.add(events.getBytes(StandardCharsets.UTF_8));
  }
}
