package io.weir.enricher.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.enricher.pipeline.Enrichment.Statement;
import io.weir.enricher.pipeline.EnrichmentSchema.Size;
import io.weir.platform.llm.answer.Parsed;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a model's answer and names everything that is wrong with it. One liberty of models is
 * allowed: a bare string where a statement without citations is meant.
 */
final class AnswerParser {
  private static final int TEXT_LIMIT = 4_000;
  private static final int CITES_LIMIT = 50;

  private final List<String> problems = new ArrayList<>();

  private AnswerParser() {}

  static Parsed<Enrichment> parse(ObjectNode answer) {
    return new AnswerParser().read(answer);
  }

  private Parsed<Enrichment> read(JsonNode root) {
    var enrichment =
        new Enrichment(
            statements(root, EnrichmentSchema.MARKET_TRENDS),
            statement(EnrichmentSchema.SEASONAL_CONTEXT, root),
            statements(root, EnrichmentSchema.CULTURAL_NOTES),
            statements(root, EnrichmentSchema.COLOR_PREFERENCES),
            text(EnrichmentSchema.MESSAGING_TONE, root.path(EnrichmentSchema.MESSAGING_TONE)),
            statement(EnrichmentSchema.VISUAL_STYLE, root),
            statements(root, EnrichmentSchema.COMPETITOR_INSIGHTS),
            statements(root, EnrichmentSchema.REGULATORY_NOTES),
            texts(root, EnrichmentSchema.DOS),
            texts(root, EnrichmentSchema.DONTS));
    return Parsed.of(enrichment, problems);
  }

  private List<Statement> statements(JsonNode root, Size size) {
    var found = new ArrayList<Statement>();
    int index = 0;
    for (JsonNode entry : entries(root, size)) {
      found.add(statementOf(size.name() + "[" + index++ + "]", entry));
    }
    return found;
  }

  private List<String> texts(JsonNode root, Size size) {
    var found = new ArrayList<String>();
    int index = 0;
    for (JsonNode entry : entries(root, size)) {
      found.add(text(size.name() + "[" + index++ + "]", entry));
    }
    return found;
  }

  private List<JsonNode> entries(JsonNode root, Size size) {
    JsonNode list = root.path(size.name());
    if (!list.isArray()) {
      problems.add(size.name() + ": expected a list, found " + kind(list));
      return List.of();
    }
    if (list.size() < size.min() || list.size() > size.max()) {
      problems.add(
          size.name()
              + ": expected "
              + size.min()
              + " to "
              + size.max()
              + " entries, found "
              + list.size());
      return List.of();
    }
    var entries = new ArrayList<JsonNode>();
    list.forEach(entries::add);
    return entries;
  }

  private Statement statement(String name, JsonNode root) {
    return statementOf(name, root.path(name));
  }

  private Statement statementOf(String name, JsonNode node) {
    if (!node.isObject()) {
      return new Statement(text(name, node), List.of());
    }
    return new Statement(text(name + ".text", node.path("text")), cites(name, node.path("cites")));
  }

  private List<String> cites(String name, JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return List.of();
    }
    if (!node.isArray() || node.size() > CITES_LIMIT) {
      problems.add(
          name + ".cites: expected a list of at most " + CITES_LIMIT + " ids, found " + kind(node));
      return List.of();
    }
    var cites = new ArrayList<String>();
    for (JsonNode cite : node) {
      if (cite.isTextual()) {
        cites.add(cite.textValue().strip());
      } else {
        problems.add(name + ".cites: expected ids, found " + kind(cite));
      }
    }
    return cites;
  }

  private String text(String name, JsonNode node) {
    if (!node.isTextual() || node.textValue().isBlank()) {
      problems.add(name + ": expected a text, found " + kind(node));
      return "";
    }
    String text = node.textValue().strip();
    if (text.length() > TEXT_LIMIT) {
      problems.add(
          name + ": expected at most " + TEXT_LIMIT + " characters, found " + text.length());
    }
    return text;
  }

  private static String kind(JsonNode node) {
    return switch (node) {
      case MissingNode _ -> "nothing";
      case JsonNode n when n.isTextual() && n.textValue().isBlank() -> "an empty text";
      case JsonNode n when n.isArray() -> "a list of " + n.size();
      case JsonNode n when n.isObject() -> "an object";
      case JsonNode n when n.isTextual() -> "a text";
      case JsonNode n -> n.toString();
    };
  }
}
