package io.weir.enricher.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The shape of a model's answer. One place holds names and bounds: the schema that the model gets
 * is made of them, and {@link AnswerParser} checks them again, since not every model keeps to a
 * schema.
 */
public final class EnrichmentSchema {
  /** What the schema is called where a request names it. */
  public static final String NAME = "enrichment";

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

  private static final ObjectMapper JSON = new ObjectMapper();

  private EnrichmentSchema() {}

  /**
   * The JSON schema; every property is required and no other is allowed, as strict modes want it.
   */
  public static ObjectNode json() {
    ObjectNode properties = JSON.createObjectNode();
    list(properties, MARKET_TRENDS, statement());
    properties.set(SEASONAL_CONTEXT, statement());
    list(properties, CULTURAL_NOTES, statement());
    list(properties, COLOR_PREFERENCES, statement());
    properties.set(MESSAGING_TONE, string());
    properties.set(VISUAL_STYLE, statement());
    list(properties, COMPETITOR_INSIGHTS, statement());
    list(properties, REGULATORY_NOTES, statement());
    list(properties, DOS, string());
    list(properties, DONTS, string());
    return object(properties);
  }

  private static ObjectNode string() {
    return JSON.createObjectNode().put("type", "string");
  }

  private static ObjectNode statement() {
    ObjectNode properties = JSON.createObjectNode();
    properties.set("text", string());
    properties.putObject("cites").put("type", "array").set("items", string());
    return object(properties);
  }

  private static void list(ObjectNode properties, Size size, ObjectNode items) {
    properties
        .putObject(size.name())
        .put("type", "array")
        .put("minItems", size.min())
        .put("maxItems", size.max())
        .set("items", items);
  }

  private static ObjectNode object(ObjectNode properties) {
    ObjectNode object = JSON.createObjectNode().put("type", "object");
    object.set("properties", properties);
    ArrayNode required = object.putArray("required");
    properties.fieldNames().forEachRemaining(required::add);
    return object.put("additionalProperties", false);
  }
}
