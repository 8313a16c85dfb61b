package io.weir.enricher.pipeline;

import java.util.List;

/** A model's answer that kept the schema. */
public record Enrichment(
    List<Statement> marketTrends,
    Statement seasonalContext,
    List<Statement> culturalNotes,
    List<Statement> colorPreferences,
    String messagingTone,
    Statement visualStyle,
    List<Statement> competitorInsights,
    List<Statement> regulatoryNotes,
    List<String> dos,
    List<String> donts) {

  public Enrichment {
    marketTrends = List.copyOf(marketTrends);
    culturalNotes = List.copyOf(culturalNotes);
    colorPreferences = List.copyOf(colorPreferences);
    competitorInsights = List.copyOf(competitorInsights);
    regulatoryNotes = List.copyOf(regulatoryNotes);
    dos = List.copyOf(dos);
    donts = List.copyOf(donts);
  }

  /**
   * Something the model says.
   *
   * @param cites ids of the facts and passages that it says it rests on, as it wrote them
   */
  public record Statement(String text, List<String> cites) {
    public Statement {
      cites = List.copyOf(cites);
    }
  }
}
