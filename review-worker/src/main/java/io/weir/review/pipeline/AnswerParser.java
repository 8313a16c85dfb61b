package io.weir.review.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a model's answer. What is wrong with it is said field by field, fit to be sent back to the
 * model.
 */
public final class AnswerParser {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final int MOST_ERRORS = 10;
  private static final double UNSAID_CONFIDENCE = 0.5;

  private AnswerParser() {}

  /** What a text turned out to be. */
  public sealed interface Parsed {
    record Valid(ReviewAnswer answer) implements Parsed {}

    /** {@code errors} name the field, what was expected and what was found; never empty. */
    record Invalid(List<String> errors) implements Parsed {
      public Invalid {
        errors = List.copyOf(errors);
      }
    }
  }

  /** Parses the answer to a question about {@code file}. */
  public static Parsed parse(String text, String file) {
    String json = unwrapped(text);
    if (json.isEmpty()) {
      return new Parsed.Invalid(List.of("the answer is empty, expected one JSON object"));
    }
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      return new Parsed.Invalid(
          List.of(
              "the answer is not JSON: line %d, column %d: %s"
                  .formatted(
                      at == null ? 0 : at.getLineNr(),
                      at == null ? 0 : at.getColumnNr(),
                      e.getOriginalMessage())));
    }
    if (!root.isObject()) {
      return new Parsed.Invalid(List.of("the answer is not a JSON object, found " + kind(root)));
    }
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
    return errors.isEmpty()
        ? new Parsed.Valid(
            new ReviewAnswer(summary, content.isBlank() ? summary : content, findings))
        : new Parsed.Invalid(errors.subList(0, Math.min(MOST_ERRORS, errors.size())));
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

  // Models without a JSON mode like to wrap the object in a Markdown block.
  private static String unwrapped(String text) {
    String stripped = text.strip();
    if (stripped.startsWith("```") && stripped.endsWith("```") && stripped.indexOf('\n') > 0) {
      return stripped.substring(stripped.indexOf('\n') + 1, stripped.length() - 3).strip();
    }
    return stripped;
  }

  private static String kind(JsonNode node) {
    return node.isMissingNode()
        ? "nothing"
        : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String clip(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
