package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.text.EnglishWords;
import io.weir.entity.pipeline.text.Word;
import io.weir.entity.pipeline.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A capitalised name with a number behind it names a product: "PostgreSQL 16", "Falcon 9", "Windows
 * 3.11".
 */
final class ProductVersions implements Recogniser {
  private static final String SOURCE = "product_version";

  // What is counted rather than made.
  private static final Set<String> COUNTED =
      Set.of(
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december",
          "jan",
          "feb",
          "mar",
          "apr",
          "jun",
          "jul",
          "aug",
          "sep",
          "sept",
          "oct",
          "nov",
          "dec",
          "monday",
          "tuesday",
          "wednesday",
          "thursday",
          "friday",
          "saturday",
          "sunday",
          "chapter",
          "section",
          "figure",
          "table",
          "page",
          "step",
          "version",
          "release",
          "part",
          "room",
          "floor",
          "level",
          "day",
          "week",
          "month",
          "year",
          "phase",
          "item",
          "line",
          "appendix",
          "article",
          "number",
          "no",
          "issue",
          "grade",
          "class",
          "group",
          "team",
          "top",
          "since",
          "port",
          "error",
          "rule",
          "stage",
          "round",
          "sprint",
          "volume",
          "track",
          "question",
          "option",
          "point",
          "note",
          "type",
          "tier",
          "q",
          "only",
          "usd",
          "eur",
          "gbp");

  private final List<Recogniser> quantities = QuantityPatterns.rows();

  @Override
  public String source() {
    return SOURCE;
  }

  @Override
  public List<Entity> recognise(TextField field) {
    if (field.kind() == TextField.Kind.CODE) {
      return List.of();
    }
    var entities = new ArrayList<Entity>();
    Set<Integer> measured = measured(field);
    List<Word> words = Words.of(field.text());
    for (int i = 1; i < words.size(); i++) {
      Word name = words.get(i - 1);
      Word number = words.get(i);
      if (number.gap().equals(" ")
          && isNumber(number)
          && isName(name)
          && !measured.contains(number.start())) {
        entities.add(
            Entity.at(field, name.start(), number.end(), EntityType.PRODUCT, 0.65, SOURCE));
      }
    }
    return entities;
  }

  private static boolean isName(Word word) {
    boolean capital = word.text().chars().anyMatch(Character::isUpperCase);
    return capital
        && word.text().length() > 1
        && word.hasLetter()
        && !COUNTED.contains(word.lower())
        && !EnglishWords.STOP.contains(word.lower())
        && !(word.opensSentence() && EnglishWords.CUT.contains(word.lower()));
  }

  // One to three digits, or a version; four digits are a year.
  private static boolean isNumber(Word word) {
    String text = word.text();
    boolean digits = text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
    return digits && (text.indexOf('.') > 0 ? text.length() <= 12 : text.length() <= 3);
  }

  // "Acme 5 km", "Revenue 5%": the number counts something.
  private Set<Integer> measured(TextField field) {
    return quantities.stream()
        .flatMap(recogniser -> recogniser.recognise(field).stream())
        .map(Entity::start)
        .collect(Collectors.toSet());
  }
}
