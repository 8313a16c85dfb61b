package io.weir.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.cli.check.EntityCheck;
import io.weir.cli.check.TextDocument;
import io.weir.cli.check.Verdict;
import io.weir.cli.remote.ServiceApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the text documents in and shows the entities that are found in them. */
final class EntitiesStep implements Step {

  private static final Duration EXTRACTED_WITHIN = Duration.ofSeconds(60);

  private final ServiceApi breadcrumbs;
  private final Library library;
  private final List<TextDocument> documents;
  private final Paper paper;

  EntitiesStep(ServiceApi breadcrumbs, Library library, List<TextDocument> documents, Paper paper) {
    this.breadcrumbs = breadcrumbs;
    this.library = library;
    this.documents = documents;
    this.paper = paper;
  }

  @Override
  public String name() {
    return "entities";
  }

  @Override
  public Verdict run() throws InterruptedException {
    paper.heading("Entities: three text documents");
    for (TextDocument document : documents) {
      library.add(document);
    }
    Verdict all = new Verdict(List.of(), List.of());
    for (Map.Entry<String, TextDocument> entry : library.documents().entrySet()) {
      all = all.and(judge(entry.getKey(), entry.getValue()));
    }
    return all;
  }

  private Verdict judge(String id, TextDocument document) throws InterruptedException {
    Optional<JsonNode> extracted =
        paper.await(
            "the entities of \"" + document.title() + "\"",
            EXTRACTED_WITHIN,
            () ->
                Optional.of(breadcrumbs.get("/breadcrumbs/" + id).json())
                    .filter(json -> json.path("extraction").asText().equals("current")));
    if (extracted.isEmpty()) {
      return Verdict.failed(
          "\"%s\" was not extracted within %d s"
              .formatted(document.title(), EXTRACTED_WITHIN.toSeconds()));
    }
    paper.line("\"%s\"".formatted(document.title()));
    byType(extracted.get())
        .forEach(
            (type, texts) -> paper.line("  %-12s %s".formatted(type, String.join(", ", texts))));
    return EntityCheck.of(document, extracted.get());
  }

  private static Map<String, List<String>> byType(JsonNode breadcrumb) {
    Map<String, List<String>> byType = new LinkedHashMap<>();
    for (JsonNode entity : breadcrumb.path("entities")) {
      byType
          .computeIfAbsent(entity.path("type").asText(), _ -> new ArrayList<>())
          .add(
              "%s (%s %d-%d)"
                  .formatted(
                      entity.path("text").asText(),
                      entity.path("field").asText(),
                      entity.path("start").asInt(),
                      entity.path("end").asInt()));
    }
    return byType;
  }
}
