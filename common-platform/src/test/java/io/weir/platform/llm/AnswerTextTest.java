package io.weir.platform.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.llm.answer.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1}",
        "  {\"a\": 1}\n",
        "```json\n{\"a\": 1}\n```",
        "```\n{\"a\": 1}```\n",
      })
  void anObjectIsFoundAlsoInAFence(String text) {
    Parsed.Valid<?> valid = assertInstanceOf(Parsed.Valid.class, AnswerText.json(text));
    assertEquals("{\"a\":1}", valid.value().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~|answer: expected one JSON object, found nothing",
        "~ \n ~|answer: expected one JSON object, found nothing",
        "~```json\n```~|answer: expected one JSON object, found nothing",
        "Looks good to me!|answer: not valid JSON at line 1, column",
        "{\"a\": [|answer: not valid JSON at line 1",
        "{\"a\": 1} {}|answer: not valid JSON at line 1",
        "{\"a\": 1, \"a\": 2}|answer: not valid JSON at line 1, column 13: Duplicate field 'a'",
        "[1]|answer: expected one JSON object, found array",
        "7|answer: expected one JSON object, found number",
        "```|answer: not valid JSON at line 1",
      })
  void whatIsNoObjectIsNamed(String text, String problem) {
    Parsed.Invalid<?> invalid = assertInstanceOf(Parsed.Invalid.class, AnswerText.json(text));
    assertTrue(
        invalid.problems().getFirst().startsWith(problem), () -> invalid.problems().toString());
  }

  @Test
  void secretsInItAreMaskedAndItStaysAnObject() {
    String key = "ghp" + "_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    String text =
        "{\"a\":[\"use %s\",1,null],\"b\":{\"c\":\"db_password = \\\"tr0ub4dor&3x\\\"\"}}"
            .formatted(key);
    Parsed.Valid<?> valid = assertInstanceOf(Parsed.Valid.class, AnswerText.json(text));
    assertEquals(
        "{\"a\":[\"use %s\",1,null],\"b\":{\"c\":\"db_password = \\\"%s\\\"\"}}"
            .formatted("*".repeat(key.length()), "*".repeat(12)),
        valid.value().toString());
  }

  @Test
  void aDeepAnswerIsRefusedAndBreaksNothing() {
    assertInstanceOf(Parsed.Invalid.class, AnswerText.json("{\"a\":" + "[".repeat(200_000)));
  }
}
