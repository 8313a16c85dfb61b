package io.weir.review.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.answer.Parsed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerParserTest {
  private static final String VALID =
      """
      {"summary": "One fault.", "content": "Long.", "findings": [{"file": "x", "start_line": 3, "end_line": 4,
       "severity": "High", "category": "bug", "rule": "off-by-one", "message": "Off by one.",
       "existing_code": "i <= n", "suggestion": "i < n", "confidence": 0.8}]}
      """;

  @Test
  void a_valid_answer_becomes_findings_in_the_file_that_was_asked_about() {
    ReviewAnswer answer = valid(VALID);
    assertEquals("One fault.", answer.summary());
    assertEquals(
        new Finding(
            "a.py",
            3,
            1,
            4,
            1,
            Severity.HIGH,
            "bug",
            "off-by-one",
            "Off by one.",
            "i <= n",
            "i < n",
            0.8,
            Source.MODEL),
        answer.findings().getFirst());
  }

  @Test
  void no_findings_is_a_valid_answer_and_the_summary_stands_in_for_missing_content() {
    ReviewAnswer answer = valid("{\"summary\": \"Fine.\", \"findings\": []}");
    assertEquals(List.of(), answer.findings());
    assertEquals("Fine.", answer.content());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"findings\": []}|summary: required, found nothing",
        "{\"summary\": \"\", \"findings\": []}|summary: required, found an empty string",
        "{\"summary\": 3, \"findings\": []}|summary: expected a string, found number",
        "{\"summary\": \"x\"}|findings: expected a list, found nothing",
        "{\"summary\": \"x\", \"findings\": [4]}|findings[0]: expected an object, found number",
        "{\"summary\": \"x\", \"findings\": [{\"message\": \"m\", \"existing_code\": \"c\","
            + " \"severity\": \"huge\"}]}|findings[0].severity: expected critical, high, medium,"
            + " low or info, found \"huge\"",
        "{\"summary\": \"x\", \"findings\": [{\"message\": \"m\", \"severity\": \"low\"}]}"
            + "|findings[0].existing_code: required, found nothing",
        "{\"summary\": \"x\", \"findings\": [{\"message\": \"m\", \"existing_code\": \"c\","
            + " \"severity\": \"low\", \"confidence\": 7}]}|findings[0].confidence: expected a"
            + " number from 0 to 1, found 7",
      })
  void what_is_wrong_is_said_with_the_fields_name(String text, String error) {
    Parsed.Invalid<?> invalid = assertInstanceOf(Parsed.Invalid.class, parse(text));
    assertTrue(invalid.problems().getFirst().startsWith(error), invalid.problems().toString());
  }

  @Test
  void the_schema_asks_for_every_property_and_no_other() {
    var schema = new AnswerSchema("a.py").schema();
    assertEquals("[\"summary\",\"content\",\"findings\"]", schema.path("required").toString());
    var finding = schema.path("properties").path("findings").path("items");
    assertEquals(finding.path("properties").size(), finding.path("required").size());
    assertEquals("false", finding.path("additionalProperties").toString());
  }

  private static ReviewAnswer valid(String text) {
    Parsed.Valid<?> valid = assertInstanceOf(Parsed.Valid.class, parse(text));
    return assertInstanceOf(ReviewAnswer.class, valid.value());
  }

  private static Parsed<ReviewAnswer> parse(String text) {
    try {
      return new AnswerSchema("a.py").parse((ObjectNode) new ObjectMapper().readTree(text));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
