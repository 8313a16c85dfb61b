package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ibm.icu.util.ULocale;
import io.weir.proto.v1.Fact;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class HolidaysTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

  @Test
  void holidays_of_the_country_come_in_order_of_their_dates() {
    assertEquals(
        List.of("holiday.2026-12-25", "holiday.2026-12-26", "holiday.2027-01-01"),
        ids(Market.of(ULocale.GERMANY, ""), 90));
  }

  @Test
  void a_part_of_a_country_has_its_own_holidays_too() {
    List<Fact> facts = Holidays.ahead(Market.of(ULocale.GERMANY, "DE-BY"), TODAY, 90);
    assertEquals(4, facts.size());
    assertEquals(
        "Wednesday, 6 January 2027: Epiphany (Heilige Drei Könige), a public holiday.",
        facts.get(3).getText());
    assertEquals("holiday calendar DE-BY", facts.get(3).getSource());
  }

  @Test
  void the_last_day_counts_and_the_day_after_does_not() {
    int untilChristmas = 35;
    assertEquals(
        List.of("holiday.2026-12-25"), ids(Market.of(ULocale.GERMANY, ""), untilChristmas));
    assertEquals(List.of(), ids(Market.of(ULocale.GERMANY, ""), untilChristmas - 1));
  }

  @Test
  void a_market_without_a_calendar_has_none() {
    assertEquals(List.of(), ids(Market.of(ULocale.forLanguageTag("es-419"), ""), 90));
    assertEquals(
        List.of(), ids(new Market(ULocale.ENGLISH, "ZZ", "", Market.Resolution.REGION), 90));
  }

  private static List<String> ids(Market market, int days) {
    return Holidays.ahead(market, TODAY, days).stream().map(Fact::getId).toList();
  }
}
