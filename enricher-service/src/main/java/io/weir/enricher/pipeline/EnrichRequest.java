package io.weir.enricher.pipeline;

import com.ibm.icu.util.ULocale;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A checked request in canonical form: blank entries gone, the locale's tag in its usual case. What
 * only identifies one asking (correlation id, timestamp) is not part of it, so that two askings for
 * the same thing are equal.
 *
 * @param region free text or a code; empty when the locale says enough
 * @param ageMin years, 0 when open
 * @param ageMax years, 0 when open
 * @param attributes what a profile needs beyond the named fields, as JSON with sorted keys; "{}"
 *     for none
 */
public record EnrichRequest(
    String profile,
    String campaignId,
    ULocale locale,
    String region,
    String audience,
    int ageMin,
    int ageMax,
    String interests,
    List<String> productNames,
    List<String> bannedWords,
    List<String> legalGuidelines,
    String attributes) {

  public EnrichRequest {
    productNames = List.copyOf(productNames);
    bannedWords = List.copyOf(bannedWords);
    legalGuidelines = List.copyOf(legalGuidelines);
  }

  /** The locale as a BCP 47 tag in its usual case, such as {@code de-DE}. */
  public String localeTag() {
    return locale.toLanguageTag();
  }

  /** What to look for in the documents: the words of the request that say what it is about. */
  public String searchText() {
    return Stream.concat(Stream.of(interests, audience), productNames.stream())
        .filter(text -> !text.isBlank())
        .collect(Collectors.joining(" "));
  }
}
