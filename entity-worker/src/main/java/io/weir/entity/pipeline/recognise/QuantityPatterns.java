package io.weir.entity.pipeline.recognise;

import static io.weir.entity.pipeline.recognise.PatternRecogniser.row;

import java.util.List;

/** Rows for numbers with a unit and for amounts of money; a bare number is neither. */
final class QuantityPatterns {
  private static final String NUMBER = "[0-9]+(?:[.,][0-9]+)*";
  private static final String MAGNITUDE = "(?:thousand|million|billion|trillion|bn|mn|k|K|M|B)";
  private static final String WORD_UNIT =
      "(?:milli|micro|nano)?seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|kilomet(?:er|re)s?"
          + "|centimet(?:er|re)s?|millimet(?:er|re)s?|met(?:er|re)s?|miles?|feet|foot|inch(?:es)?|yards?|acres?|hectares?"
          + "|kilograms?|milligrams?|grams?|tons?|tonnes?|pounds?|ounces?|lit(?:er|re)s?|gallons?"
          + "|(?:kilo|mega|giga|tera|peta)?bytes?|bits?|degrees?|per ?cent|percent|watts?|volts?|tokens?|requests?|messages?"
          + "|users?|people|cores?|nodes?|replicas?|pages?|lines?";
  private static final String SHORT_UNIT =
      "%|‰|°C|°F|°|km/h|mph|m/s|km²|m²|m³|km|cm|mm|µm|nm|kg|mg|µg|kWh|MWh|GWh|kW|MW|GW|kHz|MHz|GHz|Hz"
          + "|KiB|MiB|GiB|TiB|kB|KB|MB|GB|TB|PB|kbit/s|Mbit/s|Gbit/s|Mbps|Gbps|ns|µs|ms|sec|min|hrs?|px|pt|dpi|rpm|fps|qps|ml|lbs?|oz|ft";
  private static final String CURRENCY_BEFORE = "(?:US\\$|[$€£¥₹₽₩]|USD|EUR|GBP|CHF|JPY|CNY)";
  private static final String CURRENCY_AFTER =
      "(?:€|£|USD|EUR|GBP|CHF|JPY|CNY|dollars?|euros?|pounds sterling|cents?|yen|yuan|美元|欧元|人民币|日元|元|円)";

  private QuantityPatterns() {}

  static List<Recogniser> rows() {
    return List.of(
        digits("money", 0.95, CURRENCY_BEFORE + " ?" + NUMBER + "(?: ?" + MAGNITUDE + ")?"),
        digits("money", 0.92, NUMBER + "(?: ?" + MAGNITUDE + ")? ?" + CURRENCY_AFTER),
        digits("quantity", 0.9, NUMBER + " ?(?:" + SHORT_UNIT + ")"),
        digits("quantity", 0.85, NUMBER + "(?: " + MAGNITUDE + ")?(?: |-)(?:" + WORD_UNIT + ")"),
        digits("quantity", 0.8, NUMBER + " (?:thousand|million|billion|trillion)"));
  }

  private static PatternRecogniser digits(String source, double confidence, String regex) {
    return row(source, EntityType.QUANTITY, confidence, "", regex)
        .when(text -> text.chars().anyMatch(c -> c >= '0' && c <= '9'))
        .onlyIf(QuantityPatterns::standsFree);
  }

  // Not the tail of a longer number, version or range.
  // aside.
  private static boolean standsFree(Found found) {
    return found.start() == 0 || ".,/-".indexOf(found.before()) < 0;
  }
}
