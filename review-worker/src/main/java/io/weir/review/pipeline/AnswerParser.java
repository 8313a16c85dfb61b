package io.weir.review.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.llm.answer.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a model's answer. What is wrong with it is said field by field, fit to be sent back to the
 * model.
 */
final class AnswerParser {
  private static final double UNSAID_CONFIDENCE = 0.5;

  private AnswerParser() {}

  /** Parses the answer to a question about {@code file}. */
  static Parsed<ReviewAnswer> parse(ObjectNode root, String file) {
    var errors = new ArrayList<String>();
    String summary = required(root, "", "summary", errors);
    String content = optional(root, "", "content", errors);
    var findings = new ArrayList<Finding>();
    JsonNode list = root.path("findings");
    if (!list.isArray()) {
      errors.add("findings: expected a list, found " + kind(list));
    }
    for (int i = 0; i < list.size(); i++) {
      finding(list.get(i), "findings[" + i + "].", file, errors, findings);
    }
    return Parsed.of(
        new ReviewAnswer(summary, content.isBlank() ? summary : content, findings), errors);
  }

  private static void finding(
      JsonNode node, String prefix, String file, List<String> errors, List<Finding> findings) {
    int before = errors.size();
    if (!node.isObject()) {
      errors.add(
          prefix.substring(0, prefix.length() - 1) + ": expected an object, found " + kind(node));
      return;
    }
    String message = required(node, prefix, "message", errors);
    String existing = required(node, prefix, "existing_code", errors);
    String named = required(node, prefix, "severity", errors);
    Severity severity = Severity.parse(named).orElse(Severity.INFO);
    if (!named.isEmpty() && Severity.parse(named).isEmpty()) {
      errors.add(
          prefix
              + "severity: expected critical, high, medium, low or info, found \""
              + clip(named)
              + "\"");
    }
    String category = optional(node, prefix, "category", errors);
    String rule = optional(node, prefix, "rule", errors);
    String suggestion = optional(node, prefix, "suggestion", errors);
    double confidence =
        node.path("confidence").isNull() ? UNSAID_CONFIDENCE : confidence(node, prefix, errors);
    // Lines only choose between equal quotes, so a missing or odd one does no harm.
    int start = Math.max(1, node.path("start_line").asInt(1));
    int end = Math.max(start, node.path("end_line").asInt(start));
    if (errors.size() == before) {
      findings.add(
          new Finding(
              file,
              start,
              1,
              end,
              1,
              severity,
              category.isBlank() ? "general" : category,
              rule.isBlank() ? "model" : rule,
              message,
              existing,
              suggestion,
              confidence,
              Source.MODEL));
    }
  }

  private static double confidence(JsonNode node, String prefix, List<String> errors) {
    JsonNode value = node.path("confidence");
    if (value.isMissingNode()) {
      return UNSAID_CONFIDENCE;
    }
    if (!value.isNumber() || !(value.asDouble() >= 0 && value.asDouble() <= 1)) {
      errors.add(
          prefix + "confidence: expected a number from 0 to 1, found " + clip(value.toString()));
      return 0;
    }
    return value.asDouble();
  }

  private static String required(JsonNode node, String prefix, String name, List<String> errors) {
    String value = optional(node, prefix, name, errors);
    JsonNode field = node.path(name);
    if (value.isBlank() && (field.isTextual() || field.isMissingNode() || field.isNull())) {
      errors.add(
          prefix
              + name
              + ": required, found "
              + (field.isTextual() ? "an empty string" : "nothing"));
    }
    return value;
  }

  private static String optional(JsonNode node, String prefix, String name, List<String> errors) {
    JsonNode field = node.path(name);
    if (field.isMissingNode() || field.isNull()) {
      return "";
    }
    if (!field.isTextual()) {
      errors.add(prefix + name + ": expected a string, found " + kind(field));
      return "";
    }
    return field.textValue();
  }

  private static String kind(JsonNode node) {
    return node.isMissingNode() ? "nothing" : node.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  private static String clip(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
