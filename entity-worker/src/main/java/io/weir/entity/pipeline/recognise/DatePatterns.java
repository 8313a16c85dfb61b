package io.weir.entity.pipeline.recognise;

import static io.weir.entity.pipeline.recognise.PatternRecogniser.row;

import java.util.List;

/** Rows for dates. A date that the calendar doesn't have (the 31st of a 13th month) is none. */
final class DatePatterns {
  private static final String MONTH =
      "(?:Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June?|July?|Aug(?:ust|\\.)?"
          + "|Sept?(?:ember|\\.)?|Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?)";
  private static final String DAY = "(?:3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?";
  private static final String YEAR = "[12][0-9]{3}";
  private static final String TIME =
      "(?:[T ][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?(?:Z|[+\\-][0-2][0-9]:?[0-5][0-9])?)?";

  private DatePatterns() {}

  static List<Recogniser> rows() {
    return List.of(
        digits("[0-9]{4}-[01][0-9]-[0-3][0-9]" + TIME, 0.97)
            .onlyIf(found -> isFree(found, '-') && isDay(number(found, 8), number(found, 5))),
        digits("[0-9]{4}/[01][0-9]/[0-3][0-9]", 0.9)
            .onlyIf(found -> isFree(found, '/') && isDay(number(found, 8), number(found, 5))),
        digits("[0-3]?[0-9]\\.[01]?[0-9]\\." + YEAR, 0.9)
            .onlyIf(found -> isFree(found, '.') && isDayMonthOrMonthDay(found, '.')),
        digits("[0-3]?[0-9]/[0-3]?[0-9]/" + YEAR, 0.9)
            .onlyIf(found -> isFree(found, '/') && isDayMonthOrMonthDay(found, '/')),
        digits(DAY + "(?: of)? " + MONTH + ",?(?: " + YEAR + ")?", 0.9)
            .narrowedBy(DatePatterns::withoutComma),
        digits(MONTH + " " + DAY + "(?:,? " + YEAR + ")?", 0.9),
        digits(MONTH + ",? " + YEAR, 0.85),
        digits("Q[1-4][ /\\-]?" + YEAR, 0.85),
        digits("[0-9]{4}年(?:[01]?[0-9]月(?:[0-3]?[0-9]日)?)?", 0.95),
        row(
            "date",
            EntityType.DATE,
            0.7,
            "day",
            "(?:(?:last|next|this) )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"));
  }

  private static PatternRecogniser digits(String regex, double confidence) {
    return row("date", EntityType.DATE, confidence, "", regex)
        .when(text -> text.chars().anyMatch(c -> c >= '0' && c <= '9'));
  }

  // "2026-01-02-rc" or "1.2.2024.3" go on: they are names and versions.
  private static boolean isFree(Found found, char separator) {
    return found.before() != separator
        && !(found.after(0) == separator && Character.isLetterOrDigit(found.after(1)));
  }

  private static boolean isDayMonthOrMonthDay(Found found, char separator) {
    String surface = found.surface();
    int first = Integer.parseInt(surface.substring(0, surface.indexOf(separator)));
    int second =
        Integer.parseInt(
            surface.substring(surface.indexOf(separator) + 1, surface.lastIndexOf(separator)));
    return isDay(first, second) || (separator == '/' && isDay(second, first));
  }

  private static boolean isDay(int day, int month) {
    int longest =
        switch (month) {
          case 2 -> 29;
          case 4, 6, 9, 11 -> 30;
          default -> 31;
        };
    return month >= 1 && month <= 12 && day >= 1 && day <= longest;
  }

  private static int number(Found found, int offset) {
    return Integer.parseInt(found.text(), found.start() + offset, found.start() + offset + 2, 10);
  }

  private static Found withoutComma(Found found) {
    return found.text().charAt(found.end() - 1) == ',' ? found.until(found.end() - 1) : found;
  }
}
