package io.weir.enricher.pipeline;

import io.weir.enricher.pipeline.Enrichment.Statement;
import io.weir.proto.v1.ContextPack;
import io.weir.proto.v1.Fact;
import io.weir.proto.v1.Insight;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Puts a pack together: from a model's answer, or from facts and passages alone. */
public final class PackBuilder {
  /** {@link ContextPack#getMode()} of a pack that a model had a part in. */
  public static final String LLM = "llm";

  /** {@link ContextPack#getMode()} of a pack without a model. */
  public static final String OFFLINE = "offline";

  private PackBuilder() {}

  /**
   * The pack of a model's answer. Citations of ids that don't exist are left out; the statement
   * stays, without them. What the model says about regulation joins the request's legal guidelines,
   * which come first and whole.
   */
  public static ContextPack fromModel(
      String id, EnrichRequest request, Ground ground, Enrichment answer, String model) {
    ContextPack.Builder pack = base(id, request, ground).setMode(LLM).setModel(model);
    Set<String> ids = ground.ids();
    pack.setTone(answer.messagingTone());
    pack.addAllDos(distinct(answer.dos().stream()));
    pack.addAllDonts(distinct(answer.donts().stream()));
    pack.addAllCultureNotes(distinct(answer.culturalNotes().stream().map(Statement::text)));
    pack.addAllLegalGuidelines(
        distinct(
            Stream.concat(
                request.legalGuidelines().stream(),
                answer.regulatoryNotes().stream().map(Statement::text))));
    insights(pack, EnrichmentSchema.MARKET_TRENDS.name(), answer.marketTrends(), ids);
    insights(pack, EnrichmentSchema.SEASONAL_CONTEXT, List.of(answer.seasonalContext()), ids);
    insights(pack, EnrichmentSchema.CULTURAL_NOTES.name(), answer.culturalNotes(), ids);
    insights(pack, EnrichmentSchema.COLOR_PREFERENCES.name(), answer.colorPreferences(), ids);
    insights(pack, EnrichmentSchema.VISUAL_STYLE, List.of(answer.visualStyle()), ids);
    insights(pack, EnrichmentSchema.COMPETITOR_INSIGHTS.name(), answer.competitorInsights(), ids);
    insights(pack, EnrichmentSchema.REGULATORY_NOTES.name(), answer.regulatoryNotes(), ids);
    return pack.build();
  }

  /**
   * The pack without a model: conventions of the locale as notes and dos, holidays and passages as
   * insights. Tone and don'ts stay empty, since nothing here could know them.
   */
  public static ContextPack offline(String id, EnrichRequest request, Ground ground) {
    ContextPack.Builder pack = base(id, request, ground).setMode(OFFLINE).setModel(OFFLINE);
    pack.addAllLegalGuidelines(request.legalGuidelines());
    for (Fact fact : ground.facts()) {
      switch (fact.getKind()) {
        case "locale" -> pack.addCultureNotes(fact.getText());
        case "holiday" ->
            pack.addInsights(
                Insight.newBuilder()
                    .setKind(EnrichmentSchema.SEASONAL_CONTEXT)
                    .setText("Ahead: " + fact.getText())
                    .addCites(fact.getId()));
        default -> {}
      }
    }
    pack.addDos(
        "Write in "
            + request.locale().getDisplayName(com.ibm.icu.util.ULocale.ENGLISH)
            + ", with the formats of the culture notes.");
    ground
        .selection()
        .passages()
        .forEach(
            passage ->
                pack.addInsights(
                    Insight.newBuilder()
                        .setKind("background")
                        .setText(passage.getExcerpt())
                        .addCites(passage.getId())));
    return pack.build();
  }

  private static ContextPack.Builder base(String id, EnrichRequest request, Ground ground) {
    return ContextPack.newBuilder()
        .setId(id)
        .setLocale(request.localeTag())
        .addAllBannedWords(request.bannedWords())
        .addAllFacts(ground.facts())
        .addAllFacts(ground.notices())
        .addAllPassages(ground.selection().passages());
  }

  private static void insights(
      ContextPack.Builder pack, String kind, List<Statement> statements, Set<String> ids) {
    for (Statement statement : statements) {
      pack.addInsights(
          Insight.newBuilder()
              .setKind(kind)
              .setText(statement.text())
              .addAllCites(statement.cites().stream().filter(ids::contains).distinct().toList()));
    }
  }

  private static Iterable<String> distinct(Stream<String> texts) {
    var kept = new LinkedHashSet<String>();
    texts.forEach(kept::add);
    return kept;
  }
}
