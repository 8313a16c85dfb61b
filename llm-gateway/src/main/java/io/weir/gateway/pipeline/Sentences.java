package io.weir.gateway.pipeline;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Cuts text into sentences and sentences into the words worth comparing. */
final class Sentences {
  private static final int MIN_WORD = 2;

  // Words that say nothing about what a sentence is about.
  private static final Set<String> STOP_WORDS =
      Set.of(
          ("a about all also an and any are as at be been but by can could did do does for from had"
                  + " has have how i if in into is it its just me more my no not of on or our please"
                  + " say says she should so some tell than that the their them then there these"
                  + " they this to us was we were what when where which who whom whose why will"
                  + " with would you your")
              .split(" "));

  private Sentences() {}

  static List<String> of(String text) {
    var sentences = new ArrayList<String>();
    for (String line : text.split("\\R", -1)) {
      BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
      breaks.setText(line);
      int start = breaks.first();
      for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
        String sentence = line.substring(start, end).strip();
        if (!sentence.isEmpty()) {
          sentences.add(sentence);
        }
      }
    }
    return sentences;
  }

  /** The distinct words of {@code sentence}, in lower case, plural and singular made alike. */
  static Set<String> words(String sentence) {
    var words = new HashSet<String>();
    BreakIterator breaks = BreakIterator.getWordInstance(Locale.ROOT);
    breaks.setText(sentence);
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
      String word = sentence.substring(start, end).toLowerCase(Locale.ROOT);
      if (Character.isLetterOrDigit(word.codePointAt(0))
          && (word.length() >= MIN_WORD || !isAscii(word))
          && !STOP_WORDS.contains(word)) {
        words.add(stem(word));
      }
    }
    return words;
  }

  private static boolean isAscii(String word) {
    return word.charAt(0) < 128;
  }

  // Crude on purpose: it only has to make a question's word meet its inflected form in the text.
  private static String stem(String word) {
    for (String ending : List.of("ing", "ied", "ies", "ed", "es", "s")) {
      if (word.length() > ending.length() + 3 && word.endsWith(ending)) {
        return word.substring(0, word.length() - ending.length());
      }
    }
    return word.length() > 4 && (word.endsWith("e") || word.endsWith("y"))
        ? word.substring(0, word.length() - 1)
        : word;
  }
}
