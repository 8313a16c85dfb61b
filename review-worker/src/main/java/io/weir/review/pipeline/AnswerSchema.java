package io.weir.review.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The JSON schema of an answer as it is sent to the model: every property required and none
 * besides, as the strict mode of OpenAI's protocol wants it. {@link AnswerParser} is milder: it
 * asks for what the review can't do without.
 */
public final class AnswerSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AnswerSchema() {}

  /** The name that goes with the schema. */
  public static final String NAME = "review_answer";

  /** A new copy of the schema. */
  public static ObjectNode json() {
    ObjectNode finding = object();
    property(finding, "file", type("string"));
    property(finding, "start_line", type("integer"));
    property(finding, "end_line", type("integer"));
    ObjectNode severity = type("string");
    for (Severity value : Severity.values()) {
      severity.withArray("enum").add(value.wireName());
    }
    property(finding, "severity", severity);
    for (String name :
        new String[] {"category", "rule", "message", "existing_code", "suggestion"}) {
      property(finding, name, type("string"));
    }
    property(finding, "confidence", type("number"));

    ObjectNode findings = type("array");
    findings.set("items", finding);
    ObjectNode answer = object();
    property(answer, "summary", type("string"));
    property(answer, "content", type("string"));
    property(answer, "findings", findings);
    return answer;
  }

  private static ObjectNode type(String name) {
    return NODES.objectNode().put("type", name);
  }

  private static ObjectNode object() {
    ObjectNode object = type("object");
    object.putObject("properties");
    object.putArray("required");
    object.put("additionalProperties", false);
    return object;
  }

  private static void property(ObjectNode object, String name, JsonNode schema) {
    object.withObject("properties").set(name, schema);
    object.withArray("required").add(name);
  }
}
