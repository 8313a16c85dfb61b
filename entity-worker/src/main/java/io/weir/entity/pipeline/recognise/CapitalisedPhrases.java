package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.recognise.NameCues.Guess;
import io.weir.entity.pipeline.text.EnglishWords;
import io.weir.entity.pipeline.text.Word;
import io.weir.entity.pipeline.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Names in prose, told by their capital letters: runs of capitalised words, "of" and its like
 * between them. The first word of a sentence counts only where the document doesn't write it small
 * elsewhere; sentences all in capitals give none, and headings In Title Case only what a cue or the
 * rest of the document supports.
 */
public final class CapitalisedPhrases implements Recogniser {
  private static final String SOURCE = "capitalised_phrase";
  private static final int LONGEST = 8;
  private static final Set<String> CONNECTORS =
      Set.of(
          "of", "de", "von", "van", "der", "den", "del", "della", "di", "da", "du", "la", "le",
          "bin", "al", "zu");
  private static final Set<String> NO_NAMES =
      Set.of(
          "monday",
          "tuesday",
          "wednesday",
          "thursday",
          "friday",
          "saturday",
          "sunday",
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
          "todo",
          "note",
          "warning",
          "ok",
          "fixme",
          "am",
          "pm",
          "hello",
          "hi",
          "thanks",
          "dear");
  private static final List<String> COMMON_ENDINGS =
      List.of(
          "ing", "ly", "ed", "tion", "tions", "ment", "ments", "ness", "ity", "ities", "ers",
          "able", "ible", "ful", "ous");

  private final CaseEvidence evidence;
  private final NameCues cues;

  /** For one document, whose spelling {@code evidence} tells. */
  public CapitalisedPhrases(CaseEvidence evidence, Set<String> givenNames) {
    this.evidence = evidence;
    this.cues = new NameCues(givenNames);
  }

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
    for (List<Word> sentence : Sentences.of(Words.of(field.text()))) {
      Sentences.Style style = Sentences.style(sentence);
      if (style == Sentences.Style.ALL_CAPS) {
        continue;
      }
      int at = 0;
      while (at < sentence.size()) {
        int end = endOfPhrase(sentence, at);
        if (end == at) {
          at++;
          continue;
        }
        add(field, sentence, at, end, style, entities);
        at = end;
      }
    }
    return entities;
  }

  private void add(
      TextField field,
      List<Word> sentence,
      int from,
      int end,
      Sentences.Style style,
      List<Entity> entities) {
    int start = from;
    boolean afterTitle = false;
    for (int i = from; i < end - 1; i++) {
      if (NameCues.TITLES.contains(sentence.get(i).lower()) && isName(sentence.get(i + 1))) {
        start = i + 1;
        afterTitle = true;
      }
    }
    if (start == from && opensByChance(sentence.get(start), end - start)) {
      start++;
    }
    if (start == end || CONNECTORS.contains(sentence.get(start).lower())) {
      return;
    }
    List<Word> phrase = sentence.subList(start, end);
    String next = end < sentence.size() ? sentence.get(end).lower() : "";
    Guess guess = cues.guess(phrase, afterTitle, next);
    if (phrase.size() == 1 && !afterTitle && !standsAlone(phrase.getFirst())) {
      return;
    }
    boolean supported = guess.type() != EntityType.CONCEPT || isSupported(phrase);
    if (style == Sentences.Style.TITLE_CASE && !supported) {
      return;
    }
    double confidence =
        phrase.getFirst().opensSentence() && !supported
            ? guess.confidence() * 0.7
            : guess.confidence();
    entities.add(
        Entity.at(
            field,
            phrase.getFirst().start(),
            phrase.getLast().end(),
            guess.type(),
            confidence,
            SOURCE));
  }

  private int endOfPhrase(List<Word> sentence, int from) {
    if (!isName(sentence.get(from))) {
      return from;
    }
    int end = from + 1;
    while (end < sentence.size() && end - from < LONGEST) {
      Word word = sentence.get(end);
      if (isName(word) && joins(sentence.get(end - 1), word)) {
        end++;
        continue;
      }
      int beyond = end + 1;
      boolean the =
          beyond < sentence.size()
              && word.lower().equals("of")
              && sentence.get(beyond).text().equals("the");
      beyond += the ? 1 : 0;
      boolean connects =
          CONNECTORS.contains(word.text())
              && !(word.text().equals("of") && cues.isPerson(sentence.subList(from, end)))
              && word.followsDirectly()
              && beyond < sentence.size()
              && isName(sentence.get(beyond))
              && sentence.get(beyond).followsDirectly();
      if (!connects) {
        break;
      }
      end = beyond + 1;
    }
    return end;
  }

  private static boolean joins(Word previous, Word word) {
    if (word.followsDirectly() || word.gap().strip().equals("&")) {
      return true;
    }
    boolean corporate = NameCues.CORPORATE.contains(word.lower()) && word.gap().equals(", ");
    boolean abbreviated =
        word.gap().strip().equals(".")
            && (previous.text().length() == 1
                || EnglishWords.ABBREVIATIONS.contains(previous.lower()));
    return corporate || abbreviated;
  }

  private static boolean isName(Word word) {
    return word.isCapitalised()
        && (word.isAllCaps() || !EnglishWords.STOP.contains(word.lower()) || isInitial(word));
  }

  private static boolean isInitial(Word word) {
    return word.text().length() == 1
        && !word.opensSentence()
        && !word.text().equals("I")
        && !word.text().equals("A");
  }

  // The first word of a sentence has a capital letter anyway.
  private boolean opensByChance(Word word, int phraseLength) {
    if (!word.opensSentence()) {
      return false;
    }
    String lower = word.lower();
    boolean common = evidence.seenLower().contains(lower) || EnglishWords.CUT.contains(lower);
    boolean gerund = phraseLength > 1 && lower.endsWith("ing");
    return (common || gerund) && !evidence.seenCapitalInside().contains(lower);
  }

  private boolean standsAlone(Word word) {
    String lower = word.lower();
    if (NO_NAMES.contains(lower) || NameCues.TITLES.contains(lower) || word.text().length() < 2) {
      return false;
    }
    if (!word.opensSentence() || evidence.seenCapitalInside().contains(lower) || word.isAllCaps()) {
      return true;
    }
    return !evidence.seenLower().contains(lower)
        && COMMON_ENDINGS.stream().noneMatch(lower::endsWith);
  }

  private boolean isSupported(List<Word> phrase) {
    return phrase.stream()
        .allMatch(
            word -> evidence.seenCapitalInside().contains(word.lower()) || !word.isCapitalised());
  }
}
