package io.weir.enricher.pipeline;

import com.ibm.icu.util.ULocale;
import de.focus_shift.jollyday.core.CalendarHierarchy;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a campaign runs: the language it speaks and the country, and part of it, whose customs and
 * holidays count.
 *
 * @param country ISO 3166-1 alpha-2 in upper case; empty when neither region nor locale names one
 * @param subdivision the holiday calendar's code of a part of the country, such as {@code by};
 *     empty for the whole country
 * @param resolution how the country was found
 */
public record Market(ULocale locale, String country, String subdivision, Resolution resolution) {

  /** A country of ISO 3166-1, perhaps with a part of it by ISO 3166-2. */
  private static final Pattern CODE = Pattern.compile("[A-Za-z]{2}([-_][A-Za-z0-9]{1,3}){0,2}");

  /** How sure the country is. */
  public enum Resolution {
    /** The request's region names it. */
    REGION,
    /** The request has no region; the locale names the country. */
    LOCALE,
    /** The request has a region that is no country we know; the locale's country stands in. */
    REGION_UNKNOWN,
    /** Neither says; CLDR's most likely country of the language. */
    LIKELY
  }

  /**
   * Finds the market of a locale and a region: an ISO 3166 code ({@code DE}, {@code DE-BY}), a
   * country's name or the name of one of its parts, in English or in the locale's language.
   */
  public static Market of(ULocale locale, String region) {
    String own = twoLetters(locale.getCountry());
    if (region.isBlank()) {
      return own.isEmpty()
          ? new Market(locale, likely(locale), "", Resolution.LIKELY)
          : new Market(locale, own, "", Resolution.LOCALE);
    }
    String country = own.isEmpty() ? likely(locale) : own;
    // Georgia is a part of the United States to whoever speaks en-US, and else a country.
    return byCode(locale, region.strip())
        .or(() -> byOwnName(locale, country, region.strip()))
        .or(() -> bySubdivisionName(locale, country, region.strip()))
        .or(() -> byName(locale, region.strip()))
        .orElseGet(() -> new Market(locale, country, "", Resolution.REGION_UNKNOWN));
  }

  private static Optional<Market> byCode(ULocale locale, String region) {
    if (!CODE.matcher(region).matches()) {
      return Optional.empty(); // "In-store only" is not in India
    }
    String code = region.toUpperCase(Locale.ROOT).replace('_', '-');
    int dash = code.indexOf('-');
    String country = dash < 0 ? code : code.substring(0, dash);
    if (country.equals("UK")) {
      country = "GB";
    }
    if (!Set.of(ULocale.getISOCountries()).contains(country)) {
      return Optional.empty();
    }
    String part = dash < 0 ? "" : code.substring(dash + 1).toLowerCase(Locale.ROOT);
    String known = parts(country).containsKey(part) ? part : "";
    return Optional.of(new Market(locale, country, known, Resolution.REGION));
  }

  private static Optional<Market> byName(ULocale locale, String region) {
    for (String country : ULocale.getISOCountries()) {
      Optional<Market> found = byOwnName(locale, country, region);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Market> byOwnName(ULocale locale, String country, String region) {
    var named = new ULocale("und", country);
    return named.getDisplayCountry(ULocale.ENGLISH).equalsIgnoreCase(region)
            || named.getDisplayCountry(locale).equalsIgnoreCase(region)
        ? Optional.of(new Market(locale, country, "", Resolution.REGION))
        : Optional.empty();
  }

  private static Optional<Market> bySubdivisionName(ULocale locale, String country, String region) {
    return parts(country).entrySet().stream()
        .filter(
            part ->
                region.equalsIgnoreCase(part.getValue().getDescription(Locale.ENGLISH))
                    || region.equalsIgnoreCase(part.getValue().getDescription(locale.toLocale())))
        .findFirst()
        .map(part -> new Market(locale, country, part.getKey(), Resolution.REGION));
  }

  private static Map<String, CalendarHierarchy> parts(String country) {
    return Holidays.calendar(country)
        .map(calendar -> calendar.getCalendarHierarchy().getChildren())
        .orElse(Map.of());
  }

  private static String likely(ULocale locale) {
    return twoLetters(ULocale.addLikelySubtags(locale).getCountry());
  }

  private static String twoLetters(String country) {
    return country.length() == 2 ? country : "";
  }
}
