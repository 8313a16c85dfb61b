package io.weir.enricher.store;

import io.weir.enricher.pipeline.EnrichRequest;
import io.weir.enricher.pipeline.PackId;
import java.util.List;

/**
 * What there is one pack for.
 *
 * @param locale BCP 47 in its usual case
 */
public record PackKey(String profile, String campaignId, String locale) {
  /** The key of the pack that a request asks for. */
  public static PackKey of(EnrichRequest request) {
    return new PackKey(request.profile(), request.campaignId(), request.localeTag());
  }

  /** One text for all three, as the document's id. */
  String id() {
    return PackId.ofTexts(List.of(profile, campaignId, locale));
  }
}
