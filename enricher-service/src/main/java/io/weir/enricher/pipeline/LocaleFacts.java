package io.weir.enricher.pipeline;

import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.DateFormat;
import com.ibm.icu.text.NumberFormat;
import com.ibm.icu.util.Calendar;
import com.ibm.icu.util.Currency;
import com.ibm.icu.util.LocaleData;
import com.ibm.icu.util.TimeZone;
import com.ibm.icu.util.ULocale;
import io.weir.proto.v1.Fact;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What CLDR knows about writing for a market: language, script, currency, formats, week, units,
 * time zones.
 */
public final class LocaleFacts {
  // Fixed, so that the same request has the same facts on every day; day and month can't be
  // confused.
  private static final Date SAMPLE =
      Date.from(LocalDateTime.of(2026, 12, 31, 14, 30).toInstant(ZoneOffset.UTC));
  private static final int ZONES_SHOWN = 4;

  private LocaleFacts() {}

  /**
   * The facts of a market, in a fixed order, each with a stable id that starts with {@code
   * locale.}.
   */
  public static List<Fact> of(Market market) {
    // The language speaks as in the country of the market: de-DE sold in Switzerland counts in
    // francs.
    ULocale locale =
        market.country().isEmpty()
            ? market.locale()
            : new ULocale.Builder().setLocale(market.locale()).setRegion(market.country()).build();
    var facts = new ArrayList<Fact>();
    facts.add(fact("language", language(locale)));
    facts.add(fact("script", script(locale)));
    if (!market.country().isEmpty()) {
      facts.add(fact("region", region(market, locale)));
      facts.add(fact("currency", currency(locale)));
      facts.add(fact("measurement", measurement(locale)));
      facts.add(fact("time_zones", timeZones(market.country())));
    }
    facts.add(fact("numbers", "Numbers are written " + number(locale) + "."));
    facts.add(fact("dates", dates(locale)));
    facts.add(fact("week", week(locale)));
    facts.add(fact("quotation", quotation(locale)));
    return List.copyOf(facts);
  }

  private static Fact fact(String name, String text) {
    var version = LocaleData.getCLDRVersion();
    return Fact.newBuilder()
        .setId("locale." + name)
        .setKind("locale")
        .setText(text)
        .setSource("CLDR " + version.getMajor() + "." + version.getMinor())
        .build();
  }

  private static String language(ULocale locale) {
    return "The language is "
        + locale.getDisplayLanguage(ULocale.ENGLISH)
        + " ("
        + locale.getDisplayLanguage(locale)
        + ").";
  }

  private static String script(ULocale locale) {
    int[] codes = UScript.getCode(locale);
    String names =
        codes == null
            ? "not known"
            : java.util.Arrays.stream(codes)
                .mapToObj(UScript::getName)
                .distinct()
                .collect(Collectors.joining(", "));
    return "The script is "
        + names
        + ", written "
        + (locale.isRightToLeft() ? "right to left." : "left to right.");
  }

  private static String region(Market market, ULocale locale) {
    String name =
        locale.getDisplayCountry(ULocale.ENGLISH) + " (" + locale.getDisplayCountry(locale) + ")";
    return switch (market.resolution()) {
      case REGION -> "The region is " + name + ".";
      case LOCALE -> "The region is " + name + ", by the locale.";
      case LIKELY ->
          "The region is not given; " + name + " is the most likely one for the language.";
      case REGION_UNKNOWN ->
          "The region of the request is no country known here; " + name + " is taken instead.";
    };
  }

  private static String currency(ULocale locale) {
    Currency currency = Currency.getInstance(locale);
    if (currency == null) {
      return "The region has no currency of its own.";
    }
    NumberFormat format = NumberFormat.getCurrencyInstance(locale);
    return "The currency is the "
        + currency.getDisplayName(java.util.Locale.ENGLISH)
        + " ("
        + currency.getCurrencyCode()
        + "); an amount is written "
        + format.format(1234.5)
        + ".";
  }

  private static String number(ULocale locale) {
    return NumberFormat.getNumberInstance(locale).format(1234567.89);
  }

  private static String dates(ULocale locale) {
    return "31 December 2026 is written "
        + format(DateFormat.getDateInstance(DateFormat.SHORT, locale))
        + " or "
        + format(DateFormat.getDateInstance(DateFormat.LONG, locale))
        + "; half past two in the afternoon "
        + format(DateFormat.getTimeInstance(DateFormat.SHORT, locale))
        + ".";
  }

  private static String format(DateFormat format) {
    format.setTimeZone(TimeZone.getTimeZone("UTC"));
    return format.format(SAMPLE);
  }

  private static String week(ULocale locale) {
    Calendar.WeekData week = Calendar.getWeekDataForRegion(regionOf(locale));
    return "The week starts on "
        + dayName(week.firstDayOfWeek)
        + "; the weekend is "
        + (week.weekendOnset == week.weekendCease
            ? dayName(week.weekendOnset)
            : dayName(week.weekendOnset) + " to " + dayName(week.weekendCease))
        + ".";
  }

  private static String regionOf(ULocale locale) {
    return locale.getCountry().length() == 2
        ? locale.getCountry()
        : ULocale.addLikelySubtags(locale).getCountry();
  }

  // ICU counts from Sunday = 1, java.time from Monday = 1.
  private static String dayName(int icuDay) {
    return java.time.DayOfWeek.of(icuDay == Calendar.SUNDAY ? 7 : icuDay - 1)
        .getDisplayName(java.time.format.TextStyle.FULL, java.util.Locale.ENGLISH);
  }

  private static String measurement(ULocale locale) {
    LocaleData.MeasurementSystem system = LocaleData.getMeasurementSystem(locale);
    if (system == LocaleData.MeasurementSystem.US) {
      return "Measures are US customary (miles, pounds, degrees Fahrenheit).";
    }
    if (system == LocaleData.MeasurementSystem.UK) {
      return "Measures are metric with British exceptions (miles on roads, pints).";
    }
    return "Measures are metric.";
  }

  private static String timeZones(String country) {
    List<String> zones =
        TimeZone.getAvailableIDs(TimeZone.SystemTimeZoneType.CANONICAL_LOCATION, country, null)
            .stream()
            .sorted()
            .toList();
    if (zones.isEmpty()) {
      return "No time zone is known for the region.";
    }
    String shown = zones.stream().limit(ZONES_SHOWN).collect(Collectors.joining(", "));
    int more = zones.size() - ZONES_SHOWN;
    return "Time zones: " + shown + (more > 0 ? " and " + more + " more." : ".");
  }

  private static String quotation(ULocale locale) {
    LocaleData data = LocaleData.getInstance(locale);
    return "Quotations are marked "
        + data.getDelimiter(LocaleData.QUOTATION_START)
        + "…"
        + data.getDelimiter(LocaleData.QUOTATION_END)
        + ".";
  }
}
