package io.weir.entity.pipeline.recognise;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A row of the table of patterns.
 *
 * @param source the name of the row
 * @param type what its matches name
 * @param confidence of every match
 * @param trigger tells cheaply that a text holds no match, so that most patterns never run
 * @param pattern what a candidate looks like; re2j, since its time is linear in the text
 * @param narrow cuts off what only seems to belong to a candidate
 * @param accept refuses candidates that look right and are not
 */
record PatternRecogniser(
    String source,
    EntityType type,
    double confidence,
    Predicate<String> trigger,
    Pattern pattern,
    UnaryOperator<Found> narrow,
    Predicate<Found> accept)
    implements Recogniser {

  /** A row whose matches are taken as they are where they are whole words. */
  static PatternRecogniser row(
      String source, EntityType type, double confidence, String trigger, String regex) {
    return new PatternRecogniser(
        source,
        type,
        confidence,
        text -> text.contains(trigger),
        Pattern.compile(regex),
        UnaryOperator.identity(),
        found -> true);
  }

  PatternRecogniser when(Predicate<String> newTrigger) {
    return new PatternRecogniser(source, type, confidence, newTrigger, pattern, narrow, accept);
  }

  PatternRecogniser narrowedBy(UnaryOperator<Found> newNarrow) {
    return new PatternRecogniser(source, type, confidence, trigger, pattern, newNarrow, accept);
  }

  PatternRecogniser onlyIf(Predicate<Found> newAccept) {
    return new PatternRecogniser(source, type, confidence, trigger, pattern, narrow, newAccept);
  }

  @Override
  public List<Entity> recognise(TextField field) {
    if (!trigger.test(field.text())) {
      return List.of();
    }
    var entities = new ArrayList<Entity>();
    Matcher matcher = pattern.matcher(field.text());
    while (matcher.find()) {
      Found found = narrow.apply(new Found(field.text(), matcher.start(), matcher.end()));
      if (found.isWhole() && accept.test(found)) {
        entities.add(Entity.at(field, found.start(), found.end(), type, confidence, source));
      }
    }
    return entities;
  }
}
