package io.weir.platform.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LlmRequestTest {
  /** From parts: a scanner of this repository should find none. */
  private static final String KEY = "ghp" + "_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";

  @Test
  void whatNoDoorHasMaskedIsMaskedBeforeAModelSeesIt() {
    LlmCall call =
        LlmCall.of("work", "step", "Mind " + KEY, "A passage: " + KEY, 10, Instant.EPOCH)
            .withUser("and db_password = \"tr0ub4dor&3x\"");
    String asked = LlmRequest.of(call, Optional.of("m")).parameters()._body().toString();
    assertFalse(asked.contains(KEY), asked);
    assertFalse(asked.contains("tr0ub4dor"), asked);
    assertTrue(asked.contains("Mind " + "*".repeat(KEY.length())), asked);
  }

  @Test
  void theSameQuestionHasTheSameKeyAndAnotherOneAnother() {
    LlmCall call = LlmCall.of("work", "step", "system", "user", 10, Instant.EPOCH);
    String key = LlmRequest.of(call, Optional.of("m")).key();
    assertEquals(key, LlmRequest.of(call, Optional.of("m")).key());
    assertFalse(key.equals(LlmRequest.of(call.withUser("more"), Optional.of("m")).key()));
  }
}
