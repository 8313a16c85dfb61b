package io.weir.enricher.pipeline;

import io.weir.proto.v1.BrandCompliance;
import io.weir.proto.v1.ContextEnrichRequest;
import java.util.Set;

/** Requests and profiles that tests start from. */
final class Requests {
  static final Profile PROFILE =
      new Profile(
          "campaign", 1, "You are a researcher.", "Write the context.", 1500, 0.7, 20, 800, 90);

  private Requests() {}

  static ContextEnrichRequest.Builder message() {
    return ContextEnrichRequest.newBuilder()
        .setCampaignId("autumn-26")
        .setLocale("de-DE")
        .setAudience("trail runners")
        .setAgeMin(25)
        .setAgeMax(40)
        .setInterestsText("running shoes for muddy trails")
        .addProductNames("Mudclaw 3")
        .setBrandCompliance(
            BrandCompliance.newBuilder()
                .addBannedWords("cheap")
                .addBannedWords("billig")
                .addLegalGuidelines("No health claims."));
  }

  static EnrichRequest request() {
    return accepted(message());
  }

  static EnrichRequest accepted(ContextEnrichRequest.Builder message) {
    return switch (new RequestReader(Set.of("campaign")).read(message.build())) {
      case RequestCheck.Accepted accepted -> accepted.request();
      case RequestCheck.Refused refused -> throw new AssertionError(refused.reason());
    };
  }
}
