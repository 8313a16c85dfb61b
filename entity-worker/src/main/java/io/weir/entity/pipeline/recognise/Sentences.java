package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.text.EnglishWords;
import io.weir.entity.pipeline.text.Word;
import java.util.ArrayList;
import java.util.List;

/** Groups words into sentences and tells how they are capitalised. Stateless. */
final class Sentences {
  private static final int LEAST_WORDS = 4;

  /** How a sentence uses capital letters. */
  enum Style {
    /** A capital letter inside marks a name. */
    NORMAL,
    /** Nearly Every Word Has One, as in Headings: it marks nothing by itself. */
    TITLE_CASE,
    /** EVERYTHING IS ONE: it marks nothing. */
    ALL_CAPS
  }

  private Sentences() {}

  static List<List<Word>> of(List<Word> words) {
    var sentences = new ArrayList<List<Word>>();
    int start = 0;
    for (int i = 1; i <= words.size(); i++) {
      if (i == words.size() || words.get(i).opensSentence()) {
        if (i > start) {
          sentences.add(words.subList(start, i));
        }
        start = i;
      }
    }
    return sentences;
  }

  static Style style(List<Word> sentence) {
    int content = 0;
    int capitalised = 0;
    int allCaps = 0;
    for (Word word : sentence) {
      if (!word.hasLetter() || EnglishWords.STOP.contains(word.lower())) {
        continue;
      }
      content++;
      capitalised += word.isCapitalised() ? 1 : 0;
      allCaps += word.isAllCaps() ? 1 : 0;
    }
    if (content >= 3 && allCaps * 10 >= content * 8) {
      return Style.ALL_CAPS;
    }
    if (content >= LEAST_WORDS && capitalised * 10 > content * 8) {
      return Style.TITLE_CASE;
    }
    return Style.NORMAL;
  }
}
