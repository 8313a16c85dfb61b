package io.weir.enricher.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.answer.Parsed;
import java.util.function.Consumer;

/** Answers of a model that tests start from. */
final class Answers {
  static final String VALID =
      """
      {"market_trends": [{"text": "Trail running grows.", "cites": ["p1"]},
                         {"text": "Second-hand shoes.", "cites": []},
                         "Local races."],
       "seasonal_context": {"text": "Christmas gifts.", "cites": ["holiday.2026-12-25", "p99"]},
       "cultural_notes": [{"text": "Formal address.", "cites": ["locale.language"]}],
       "color_preferences": ["earth brown", "moss green", "signal orange"],
       "messaging_tone": "plain and warm",
       "visual_style": {"text": "Mud on skin.", "cites": []},
       "competitor_insights": ["Brand A sponsors races.", "Brand B sells lugs."],
       "regulatory_notes": [{"text": "Price claims need a basis.", "cites": []}],
       "dos": ["Show real mud.", "Show real mud."],
       "donts": ["Promise injuries away."]}
      """;

  private Answers() {}

  static ObjectNode changed(Consumer<ObjectNode> change) {
    try {
      ObjectNode node = (ObjectNode) new ObjectMapper().readTree(VALID);
      change.accept(node);
      return node;
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  static Enrichment enrichment() {
    return switch (EnrichmentSchema.FORMAT.parse(changed(node -> {}))) {
      case Parsed.Valid<Enrichment>(var value) -> value;
      case Parsed.Invalid<Enrichment>(var problems) -> throw new AssertionError(problems);
    };
  }
}
