package io.weir.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.cli.check.PackCheck;
import io.weir.cli.check.Verdict;
import io.weir.cli.remote.ServiceApi;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Has the brief of a campaign enriched with facts and passages. */
final class EnrichStep implements Step {

  private static final Duration ENRICHED_WITHIN = Duration.ofMinutes(3);
  private static final String LOCALE = "de-DE";
  private static final List<String> BANNED_WORDS = List.of("unbreakable", "cheapest");
  private static final List<String> GUIDELINES =
      List.of("Claims about durability name the test that they rest on.");
  private static final int SHOWN = 4;

  private final ServiceApi enricher;
  private final Library library;
  private final Paper paper;

  EnrichStep(ServiceApi enricher, Library library, Paper paper) {
    this.enricher = enricher;
    this.library = library;
    this.paper = paper;
  }

  @Override
  public String name() {
    return "enrich";
  }

  @Override
  public Verdict run() throws InterruptedException {
    paper.heading("Enrich: the brief of a campaign for trail shoes in Germany");
    String campaign = library.tag();
    enricher.post("/enrich", brief(campaign));
    Optional<JsonNode> stored =
        paper.await(
            "the context pack",
            ENRICHED_WITHIN,
            () -> {
              ServiceApi.Reply reply = enricher.ask("/packs/" + campaign + "/" + LOCALE);
              return Optional.of(reply.json()).filter(_ -> reply.status() == 200);
            });
    if (stored.isEmpty()) {
      return Verdict.failed("no pack within " + ENRICHED_WITHIN.toSeconds() + " s");
    }
    show(stored.get().path("pack"));
    return PackCheck.of(
        new PackCheck.Wanted(LOCALE, BANNED_WORDS, GUIDELINES, "EUR", library.documents()),
        stored.get());
  }

  private void show(JsonNode pack) {
    paper.line(
        "mode %s, model %s, locale %s"
            .formatted(
                pack.path("mode").asText(),
                pack.path("model").asText(),
                pack.path("locale").asText()));
    show("banned words", pack.path("banned_words"), "");
    show("legal", pack.path("legal_guidelines"), "");
    show("do", pack.path("dos"), "");
    show("don't", pack.path("donts"), "");
    show("culture", pack.path("culture_notes"), "");
    show("insight", pack.path("insights"), "text");
    show("passage", pack.path("passages"), "excerpt");
  }

  private void show(String name, JsonNode items, String field) {
    int shown = 0;
    for (JsonNode item : items) {
      if (shown++ == SHOWN) {
        paper.line("%-13s ... and %d more".formatted(name, items.size() - SHOWN));
        return;
      }
      paper.line(
          "%-13s %s".formatted(name, field.isEmpty() ? item.asText() : item.path(field).asText()));
    }
  }

  private static ObjectNode brief(String campaign) {
    ObjectNode brief =
        JsonNodeFactory.instance
            .objectNode()
            .put("campaign_id", campaign)
            .put("locale", LOCALE)
            .put("region", "DE")
            .put("audience", "trail runners who repair their shoes")
            .put("age_min", 25)
            .put("age_max", 55)
            .put("interests_text", "grip on wet limestone, resoling service, long descents");
    brief.putArray("product_names").add("Alpenglow trail shoe");
    ObjectNode compliance = brief.putObject("brand_compliance");
    ArrayNode banned = compliance.putArray("banned_words");
    BANNED_WORDS.forEach(banned::add);
    ArrayNode legal = compliance.putArray("legal_guidelines");
    GUIDELINES.forEach(legal::add);
    return brief;
  }
}
