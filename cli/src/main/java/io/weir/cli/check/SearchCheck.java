package io.weir.cli.check;

import com.fasterxml.jackson.databind.JsonNode;

/** A search: the right document comes first, and no hit scores higher than the one before it. */
public final class SearchCheck {

  private SearchCheck() {}

  /**
   * Checks an answer.
   *
   * @param best id of the document that must come first
   * @param answer of {@code GET /search}
   */
  public static Verdict of(String query, String best, JsonNode answer) {
    var book = new Verdict.Notebook();
    JsonNode results = answer.path("results");
    if (results.isEmpty()) {
      return Verdict.failed("nothing was found for \"%s\"".formatted(query));
    }
    JsonNode first = results.path(0);
    book.expect(
        first.path("id").asText().equals(best),
        "the best hit for \"%s\" is \"%s\"".formatted(query, first.path("title").asText()));
    double last = Double.POSITIVE_INFINITY;
    for (JsonNode hit : results) {
      double score = hit.path("score").asDouble();
      book.expect(
          score > 0 && score <= last, "the scores for \"%s\" are not in order".formatted(query));
      last = score;
    }
    return book.verdict();
  }
}
