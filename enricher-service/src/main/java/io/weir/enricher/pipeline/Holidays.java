package io.weir.enricher.pipeline;

import de.focus_shift.jollyday.core.Holiday;
import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.HolidayType;
import de.focus_shift.jollyday.core.ManagerParameters;
import io.weir.proto.v1.Fact;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The public holidays that lie ahead in a market. */
public final class Holidays {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu", Locale.ENGLISH);

  private Holidays() {}

  /**
   * The holidays from {@code today} on, in order of their dates, each with a stable id such as
   * {@code holiday.2026-12-25}. Empty when there is no calendar for the market's country.
   *
   * @param days how many days ahead to look, today included; at least 1
   */
  public static List<Fact> ahead(Market market, LocalDate today, int days) {
    Optional<HolidayManager> calendar = calendar(market.country());
    if (calendar.isEmpty()) {
      return List.of();
    }
    String[] part =
        market.subdivision().isEmpty() ? new String[0] : new String[] {market.subdivision()};
    Set<Holiday> found = calendar.get().getHolidays(today, today.plusDays(days - 1L), part);
    List<Holiday> ordered =
        found.stream()
            .sorted(Comparator.comparing(Holiday::getDate).thenComparing(Holiday::getPropertiesKey))
            .toList();
    var facts = new ArrayList<Fact>();
    LocalDate day = LocalDate.MIN;
    int onDay = 0;
    for (Holiday holiday : ordered) {
      onDay = holiday.getDate().equals(day) ? onDay + 1 : 1;
      day = holiday.getDate();
      facts.add(fact(holiday, onDay, market));
    }
    return List.copyOf(facts);
  }

  /** The calendar of a country (ISO 3166-1 alpha-2, upper case), when there is one. */
  static Optional<HolidayManager> calendar(String country) {
    return HolidayManager.getSupportedCalendarCodes().contains(country)
        ? Optional.of(
            HolidayManager.getInstance(ManagerParameters.create(country.toLowerCase(Locale.ROOT))))
        : Optional.empty();
  }

  private static Fact fact(Holiday holiday, int onDay, Market market) {
    String english = holiday.getDescription(Locale.ENGLISH);
    String local = holiday.getDescription(market.locale().toLocale());
    return Fact.newBuilder()
        .setId("holiday." + holiday.getDate() + (onDay == 1 ? "" : "." + onDay))
        .setKind("holiday")
        .setText(
            DAY.format(holiday.getDate())
                + ": "
                + english
                + (local.equals(english) ? "" : " (" + local + ")")
                + kind(holiday.getType())
                + ".")
        .setSource(
            "holiday calendar "
                + market.country()
                + (market.subdivision().isEmpty()
                    ? ""
                    : "-" + market.subdivision().toUpperCase(Locale.ROOT)))
        .build();
  }

  private static String kind(HolidayType type) {
    return switch (type) {
      case PUBLIC_HOLIDAY -> ", a public holiday";
      case BANK_HOLIDAY -> ", a bank holiday";
      case OBSERVANCE -> ", observed but a working day";
    };
  }
}
