package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalRequestTest {
  private static final String ASKED =
      "{\"model\":\"m\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"a"
          + " b\"}]}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ \"messages\" : [ {\"content\":\"a b\",\"role\":\"user\"} ],\n"
            + " \"temperature\":0.5, \"model\":\"m\"}",
        "{\"stream\":false,\"model\":\"m\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"a"
            + " b\"}]}",
        "{\"model\":\"m\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"a\\u0020b\"}],\"prompt_cache_key\":\"k\"}",
      })
  void whatIsWrittenInAnotherWayIsTheSame(String written) {
    assertArrayEquals(canonical(ASKED), canonical(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"temperature\":0.6,\"messages\":[{\"role\":\"user\",\"content\":\"a"
            + " b\"}]}",
        "{\"model\":\"m\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"a "
            + " b\"}]}",
        "{\"model\":\"m\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"a"
            + " b\"}],\"seed\":1}",
        "{\"model\":\"m\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"a"
            + " b\"}],\"user\":\"u\"}",
        "{\"model\":\"n\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\",\"content\":\"a"
            + " b\"}]}",
      })
  void whateverMayChangeTheAnswerMakesAnother(String other) {
    assertFalse(Arrays.equals(canonical(ASKED), canonical(other)));
  }

  @Test
  void theOrderOfAListIsPartOfWhatIsAsked() {
    assertEquals(
        "{\"a\":[2,1],\"b\":{\"c\":1,\"d\":2}}", text("{\"b\":{\"d\":2,\"c\":1},\"a\":[2,1]}"));
  }

  private static String text(String body) {
    return new String(canonical(body), StandardCharsets.UTF_8);
  }

  private static byte[] canonical(String body) {
    return CanonicalRequest.of(body.getBytes(StandardCharsets.UTF_8));
  }
}
