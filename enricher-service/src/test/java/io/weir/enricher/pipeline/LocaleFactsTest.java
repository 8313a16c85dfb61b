package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ibm.icu.util.ULocale;
import io.weir.proto.v1.Fact;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LocaleFactsTest {
  @Test
  void german_conventions_are_told_as_cldr_has_them() {
    Map<String, String> facts = facts("de-DE", "");
    assertEquals("The language is German (Deutsch).", facts.get("locale.language"));
    assertEquals(
        "The currency is the Euro (EUR); an amount is written 1.234,50\u00a0€.",
        facts.get("locale.currency"));
    assertEquals("Numbers are written 1.234.567,89.", facts.get("locale.numbers"));
    assertEquals(
        "The week starts on Monday; the weekend is Saturday to Sunday.", facts.get("locale.week"));
    assertEquals("Time zones: Europe/Berlin, Europe/Busingen.", facts.get("locale.time_zones"));
    assertTrue(text(facts, "locale.dates").contains("31. Dezember 2026"));
    assertEquals("Quotations are marked „…“.", facts.get("locale.quotation"));
  }

  @Test
  void the_region_of_the_request_decides_over_the_country_of_the_locale() {
    assertTrue(text(facts("de-DE", "Switzerland"), "locale.currency").contains("CHF"));
  }

  @Test
  void right_to_left_scripts_and_other_weekends_are_told() {
    Map<String, String> facts = facts("ar-EG", "");
    assertEquals("The script is Arabic, written right to left.", facts.get("locale.script"));
    assertEquals(
        "The week starts on Saturday; the weekend is Friday to Saturday.",
        facts.get("locale.week"));
  }

  @Test
  void a_guessed_or_replaced_region_is_said_to_be_one() {
    assertTrue(text(facts("pt", ""), "locale.region").contains("most likely"));
    assertTrue(text(facts("en-US", "EMEA"), "locale.region").contains("taken instead"));
  }

  @Test
  void a_locale_without_any_country_still_has_facts() {
    Map<String, String> facts = facts("es-419", "");
    assertEquals("The language is Spanish (español).", facts.get("locale.language"));
    assertTrue(!facts.containsKey("locale.currency"), facts::toString);
  }

  @Test
  void every_known_language_has_facts() {
    for (ULocale locale : ULocale.getAvailableLocales()) {
      if (!locale.getCountry().isEmpty()) {
        continue;
      }
      assertTrue(LocaleFacts.of(Market.of(locale, "")).size() >= 6, locale::toString);
    }
  }

  private static Map<String, String> facts(String locale, String region) {
    return LocaleFacts.of(Market.of(ULocale.forLanguageTag(locale), region)).stream()
        .collect(Collectors.toMap(Fact::getId, Fact::getText));
  }

  private static String text(Map<String, String> facts, String id) {
    return facts.getOrDefault(id, "no fact " + id);
  }
}
