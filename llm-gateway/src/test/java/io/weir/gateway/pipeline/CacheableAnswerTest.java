package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheableAnswerTest {
  @Test
  void aWholeAnswerIsStoredAsOneThatUsedNothing() {
    assertEquals(
        Optional.of(
            "{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":0,\"total_tokens\":0}}"),
        stored(
            "{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":2},\"total_tokens\":9}}"));
    assertEquals(
        Optional.of("{\"object\":\"list\",\"data\":[{\"embedding\":[1]}]}"),
        stored("{\"object\":\"list\",\"data\":[{\"embedding\":[1]}]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no\"}}",
        "{\"choices\":[]}",
        "{\"choices\":[{\"message\":{\"content\":\"ye\"},\"finish_reason\":\"length\"}]}",
        "{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}",
        "{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"stop\"}]}",
        "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"content_filter\"}]}",
        "{\"choices\":[{\"message\":{\"content\":\"a\",\"tool_calls\":[{}]},\"finish_reason\":\"stop\"}]}",
        "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"},{\"message\":{\"content\":\"b\"},\"finish_reason\":\"length\"}]}",
        "{\"object\":\"list\",\"data\":[]}",
        "not JSON",
      })
  void whatIsNoWholeAnswerIsNotStored(String body) {
    assertEquals(Optional.empty(), stored(body));
  }

  private static Optional<String> stored(String body) {
    return CacheableAnswer.of(body.getBytes(StandardCharsets.UTF_8))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
