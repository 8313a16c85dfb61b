package io.weir.enricher.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.answer.AnswerFormat;
import io.weir.platform.llm.answer.Parsed;
import io.weir.platform.llm.answer.StrictSchema;

/**
 * The shape of a model's answer. One place holds names and bounds: the schema that the model gets
 * is made of them, and {@link AnswerParser} checks them again, since not every model keeps to a
 * schema.
 */
public final class EnrichmentSchema implements AnswerFormat<Enrichment> {
  static final Size MARKET_TRENDS = new Size("market_trends", 3, 5);
  static final Size CULTURAL_NOTES = new Size("cultural_notes", 1, 10);
  static final Size COLOR_PREFERENCES = new Size("color_preferences", 3, 5);
  static final Size COMPETITOR_INSIGHTS = new Size("competitor_insights", 2, 3);
  static final Size REGULATORY_NOTES = new Size("regulatory_notes", 0, 10);
  static final Size DOS = new Size("dos", 1, 15);
  static final Size DONTS = new Size("donts", 1, 15);
  static final String SEASONAL_CONTEXT = "seasonal_context";
  static final String MESSAGING_TONE = "messaging_tone";
  static final String VISUAL_STYLE = "visual_style";

  /** A list in the answer with its least and greatest number of entries. */
  record Size(String name, int min, int max) {}

  /** The only one, which is thread-safe. */
  public static final AnswerFormat<Enrichment> FORMAT = new EnrichmentSchema();

  private EnrichmentSchema() {}

  @Override
  public String name() {
    return "enrichment";
  }

  @Override
  public ObjectNode schema() {
    StrictSchema statement = StrictSchema.object().strings("text").stringList("cites");
    var answer = StrictSchema.object();
    list(answer, MARKET_TRENDS, statement);
    answer.object(SEASONAL_CONTEXT, statement);
    list(answer, CULTURAL_NOTES, statement);
    list(answer, COLOR_PREFERENCES, statement);
    answer.strings(MESSAGING_TONE);
    answer.object(VISUAL_STYLE, statement);
    list(answer, COMPETITOR_INSIGHTS, statement);
    list(answer, REGULATORY_NOTES, statement);
    answer.stringList(DOS.name(), DOS.min(), DOS.max());
    answer.stringList(DONTS.name(), DONTS.min(), DONTS.max());
    return answer.json();
  }

  @Override
  public Parsed<Enrichment> parse(ObjectNode answer) {
    return AnswerParser.parse(answer);
  }

  private static void list(StrictSchema answer, Size size, StrictSchema entry) {
    answer.list(size.name(), size.min(), size.max(), entry);
  }
}
