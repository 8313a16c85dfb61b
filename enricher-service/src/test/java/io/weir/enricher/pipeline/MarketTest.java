package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ibm.icu.util.ULocale;
import io.weir.enricher.pipeline.Market.Resolution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarketTest {
  @ParameterizedTest
  @CsvSource({
    "de-DE, '', DE, '', LOCALE",
    "de, '', DE, '', LIKELY",
    "de-DE, AT, AT, '', REGION",
    "de-DE, de-by, DE, by, REGION",
    "de-DE, Bavaria, DE, by, REGION",
    "de-DE, Bayern, DE, by, REGION",
    "de-DE, Switzerland, CH, '', REGION",
    "de-DE, Schweiz, CH, '', REGION",
    "en-GB, UK, GB, '', REGION",
    "en-US, EMEA, US, '', REGION_UNKNOWN",
    "en-US, Georgia, US, ga, REGION",
    "en-GB, Georgia, GE, '', REGION",
    "fr-LU, Luxembourg, LU, '', REGION",
    "en-IN, DE-BY-AU, DE, '', REGION",
    "en-US, In-store only, US, '', REGION_UNKNOWN",
    "en-GB, No-code teams, GB, '', REGION_UNKNOWN",
    "de-DE, Co-working, DE, '', REGION_UNKNOWN",
    "es-419, '', '', '', LIKELY",
  })
  void the_country_comes_from_the_region_then_the_locale_then_the_language(
      String locale, String region, String country, String part, Resolution resolution) {
    Market market = Market.of(ULocale.forLanguageTag(locale), region);
    assertEquals(country, market.country());
    assertEquals(part, market.subdivision());
    assertEquals(resolution, market.resolution());
  }

  @Test
  void an_unknown_part_of_a_known_country_means_the_whole_country() {
    assertEquals("", Market.of(ULocale.GERMANY, "DE-ZZ").subdivision());
  }
}
