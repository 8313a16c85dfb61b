package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.recognise.Gazetteer.Entry;
import io.weir.entity.pipeline.text.Word;
import io.weir.entity.pipeline.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the names of a gazetteer as runs of whole words: "API" is not in "capital". The longest
 * name at a word counts.
 */
public final class KnownNameRecogniser implements Recogniser {
  private static final String SOURCE = "gazetteer";
  private static final int LONGEST_NAME = 5;
  private static final double CONFIDENCE = 0.8;

  private final Gazetteer gazetteer;

  /** A recogniser of the names in {@code gazetteer}. */
  public KnownNameRecogniser(Gazetteer gazetteer) {
    this.gazetteer = gazetteer;
  }

  @Override
  public String source() {
    return SOURCE;
  }

  @Override
  public List<Entity> recognise(TextField field) {
    var entities = new ArrayList<Entity>();
    List<Word> words = Words.of(field.text());
    int at = 0;
    while (at < words.size()) {
      int taken = longestFrom(field, words, at, entities);
      at += Math.max(taken, 1);
    }
    return entities;
  }

  private int longestFrom(TextField field, List<Word> words, int first, List<Entity> entities) {
    int start = words.get(first).start();
    for (int last = Math.min(first + LONGEST_NAME, words.size()) - 1; last >= first; last--) {
      int end = words.get(last).end();
      if (end - start > 64) {
        continue;
      }
      Optional<Entry> entry = gazetteer.find(oneLine(field.text().substring(start, end)));
      if (entry.isPresent() && !mayBeAnyWord(entry.get(), words.get(first))) {
        entities.add(Entity.at(field, start, end, entry.get().type(), CONFIDENCE, SOURCE));
        return last - first + 1;
      }
    }
    return 0;
  }

  // "Go home": at the start of a sentence the capital letter doesn't tell the language from the
  // verb.
  private static boolean mayBeAnyWord(Entry entry, Word word) {
    return entry.exactCase() && entry.type() == EntityType.PRODUCT && word.opensSentence();
  }

  private static String oneLine(String name) {
    return name.replace('\n', ' ');
  }
}
