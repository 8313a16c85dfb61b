package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.weir.messaging.jetstream.PublishAnswer.Stored;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainAckTest {
  @Test
  void whatServersSendIsRead() {
    // As 2.9.10 and 2.10.27, and as 2.15.1 write it.
    assertEquals(new Stored(41, false), read("{\"stream\":\"WORK\", \"seq\":41}"));
    assertEquals(new Stored(41, false), read("{\"stream\":\"WORK\",\"seq\":41}"));
    assertEquals(new Stored(7, true), read("{\"stream\":\"WORK\", \"seq\":7,\"duplicate\": true}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "{\"stream\":\"WORK\",\"seq\":0,\"duplicate\": true}",
        "{\"stream\":\"WORK\",\"seq\":-1}",
        "{\"stream\":\"WORK\",\"seq\":1234567890123456789}",
        "{\"stream\":\"WORK\",\"seq\":41",
        "{\"stream\":\"WORK\",\"seq\":41}}",
        "{\"stream\":\"WORK\",\"seq\":41,\"duplicate\": false}",
        "{\"stream\":\"WORK\",\"seq\":41,\"domain\":\"hub\"}",
        "{\"stream\":\"WO\\\"RK\",\"seq\":41}",
        "{\"stream\":\"\",\"seq\":}",
        "{\"type\":\"x\",\"stream\":\"WORK\",\"seq\":41}",
        "{\"error\":{\"code\":503,\"err_code\":10077},\"stream\":\"WORK\",\"seq\":0}",
        "{\"stream\":\"WORK\",\"seq\":41,\"error\":{\"code\":503}}"
      })
  void allElseIsLeftToAReaderOfJson(String json) {
    assertNull(read(json));
  }

  private static @Nullable Stored read(String json) {
    return PlainAck.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
