package io.weir.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.cli.check.SearchCheck;
import io.weir.cli.check.TextDocument;
import io.weir.cli.check.Verdict;
import io.weir.cli.remote.ServiceApi;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Searches the documents of this run. */
final class SearchStep implements Step {

  private static final Duration FOUND_WITHIN = Duration.ofSeconds(30);

  private final ServiceApi search;
  private final Library library;
  private final Map<String, TextDocument> questions;
  private final Paper paper;

  /**
   * @param questions the document that must come first, by query
   */
  SearchStep(ServiceApi search, Library library, Map<String, TextDocument> questions, Paper paper) {
    this.search = search;
    this.library = library;
    this.questions = questions;
    this.paper = paper;
  }

  @Override
  public String name() {
    return "search";
  }

  @Override
  public Verdict run() throws InterruptedException {
    paper.heading("Search: what was just put in");
    Verdict all = new Verdict(List.of(), List.of());
    for (Map.Entry<String, TextDocument> question : questions.entrySet()) {
      all = all.and(judge(question.getKey(), library.idOf(question.getValue())));
    }
    return all;
  }

  // The index follows the store: the document is awaited, its rank is not.
  private Verdict judge(String query, String best) throws InterruptedException {
    String path =
        "/search?limit=5&tags=%s&q=%s"
            .formatted(library.tag(), URLEncoder.encode(query, StandardCharsets.UTF_8));
    Optional<JsonNode> found =
        paper.await(
            "\"" + query + "\"",
            FOUND_WITHIN,
            () -> Optional.of(search.get(path).json()).filter(answer -> holds(answer, best)));
    if (found.isEmpty()) {
      return Verdict.failed(
          "\"%s\" did not find its document within %d s"
              .formatted(query, FOUND_WITHIN.toSeconds()));
    }
    paper.line("\"%s\"".formatted(query));
    for (JsonNode hit : found.get().path("results")) {
      paper.line("  %.3f  %s".formatted(hit.path("score").asDouble(), hit.path("title").asText()));
    }
    return SearchCheck.of(query, best, found.get());
  }

  private static boolean holds(JsonNode answer, String id) {
    for (JsonNode hit : answer.path("results")) {
      if (hit.path("id").asText().equals(id)) {
        return true;
      }
    }
    return false;
  }

  /** The questions of the demo to its documents. */
  static Map<String, TextDocument> questions(List<TextDocument> documents) {
    Map<String, TextDocument> questions = new LinkedHashMap<>();
    questions.put("which trail shoe keeps its grip on wet limestone", documents.get(0));
    questions.put("why does the lag of a consumer grow", documents.get(2));
    return questions;
  }
}
