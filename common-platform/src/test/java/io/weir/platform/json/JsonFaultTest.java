package io.weir.platform.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.weir.platform.http.Json;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonFaultTest {
  static Stream<String> wrong() {
    return Stream.of(
        "Infinity",
        "NaN",
        "{\"a\": +1}",
        "{\"a\": .5}",
        "{\"a\": 01}",
        "{'a': 1}",
        "{a: 1}",
        "/* c */ {}",
        "# c",
        "[1,]",
        "[1",
        "{\"a\": {",
        "\"open",
        "{\"a\": \"\t\"}",
        "\"\\x\"",
        "{\"a\": 1, \"a\": 2}",
        "1" + "0".repeat(5_000),
        "[".repeat(10_000),
        "{\"" + "n".repeat(60_000) + "\": 1}",
        "undefined",
        "{} {}");
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void namesNoClassAndNoSwitchOfTheParser(String json) {
    String told = told(json);
    assertFalse(told.isBlank());
    assertFalse(
        told.matches("(?s).*(`|Feature|StreamRead|ALLOW_|Source|com\\.|Exception).*"), told);
  }

  @Test
  void tellsWhatIsWrong() {
    assertEquals("Non-standard token 'Infinity'", told("Infinity"));
    assertEquals(
        "Document nesting depth (1001) exceeds the maximum allowed (1000)",
        told("[".repeat(10_000)));
  }

  private static String told(String json) {
    return JsonFault.told(
        assertThrows(JsonProcessingException.class, () -> Json.mapper().readTree(json)));
  }
}
