package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.answer.Parsed;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerParserTest {
  @Test
  void a_valid_answer_is_read_with_its_citations() {
    Enrichment answer = Answers.enrichment();
    assertEquals(3, answer.marketTrends().size());
    assertEquals(List.of("p1"), answer.marketTrends().getFirst().cites());
    assertEquals("Local races.", answer.marketTrends().getLast().text());
    assertEquals("plain and warm", answer.messagingTone());
    assertEquals(List.of("Promise injuries away."), answer.donts());
  }

  @Test
  void every_problem_is_named_with_what_was_expected_and_found() {
    ObjectNode answer =
        Answers.changed(
            node -> {
              node.withArray("market_trends").remove(0);
              node.put("dos", "just one");
              node.remove("donts");
              node.put("messaging_tone", " ");
              node.withObject("visual_style").put("text", 7);
            });
    assertEquals(
        List.of(
            "market_trends: expected 3 to 5 entries, found 2",
            "messaging_tone: expected a text, found an empty text",
            "visual_style.text: expected a text, found 7",
            "dos: expected a list, found a text",
            "donts: expected a list, found nothing"),
        problems(answer));
  }

  @Test
  void the_schema_asks_for_what_the_parser_wants_and_allows_nothing_else() {
    ObjectNode schema = EnrichmentSchema.FORMAT.schema();
    assertEquals(10, schema.withArray("required").size());
    assertEquals(10, schema.withObject("properties").size());
    assertEquals(3, schema.at("/properties/market_trends/minItems").intValue());
    assertEquals(5, schema.at("/properties/color_preferences/maxItems").intValue());
    assertEquals(3, schema.at("/properties/competitor_insights/maxItems").intValue());
    assertEquals("false", schema.path("additionalProperties").toString());
    assertEquals(
        problems(JsonNodeFactory.instance.objectNode()).size(),
        schema.withArray("required").size(),
        "each property is checked");
  }

  private static List<String> problems(ObjectNode answer) {
    Parsed.Invalid<?> invalid =
        assertInstanceOf(Parsed.Invalid.class, EnrichmentSchema.FORMAT.parse(answer));
    return invalid.problems();
  }
}
