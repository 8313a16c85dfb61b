package io.weir.enricher;

import io.weir.proto.v1.BrandCompliance;
import io.weir.proto.v1.ContextEnrichRequest;

/** A request and a model's valid answer to it. */
final class Samples {
  static final String ANSWER =
      """
      {"market_trends": [{"text": "Trail running grows.", "cites": ["p1"]},
                         {"text": "Second-hand shoes.", "cites": []},
                         {"text": "Local races.", "cites": ["p77"]}],
       "seasonal_context": {"text": "Winter mud.", "cites": []},
       "cultural_notes": [{"text": "Formal address.", "cites": ["locale.language"]}],
       "color_preferences": [{"text": "brown", "cites": []}, {"text": "green", "cites": []},
                             {"text": "orange", "cites": []}],
       "messaging_tone": "plain and warm",
       "visual_style": {"text": "Mud on skin.", "cites": []},
       "competitor_insights": [{"text": "A sponsors races.", "cites": []}, {"text": "B sells lugs.", "cites": []}],
       "regulatory_notes": [{"text": "Price claims need a basis.", "cites": []}],
       "dos": ["Show real mud."],
       "donts": ["Promise injuries away."]}
      """;

  private Samples() {}

  static ContextEnrichRequest.Builder request(String campaign, String correlationId) {
    return ContextEnrichRequest.newBuilder()
        .setCampaignId(campaign)
        .setLocale("de-DE")
        .setAudience("trail runners")
        .setAgeMin(25)
        .setAgeMax(40)
        .setInterestsText("running shoes for muddy trails, mud and lugs")
        .addProductNames("Mudclaw 3")
        .setBrandCompliance(
            BrandCompliance.newBuilder()
                .addBannedWords("cheap")
                .addBannedWords("billig")
                .addLegalGuidelines("No health claims."))
        .setCorrelationId(correlationId);
  }
}
