package io.weir.entity.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static List<String> words(String text) {
    return Words.of(text).stream().map(Word::text).toList();
  }

  @Test
  void hyphensAndApostrophesBelongToTheWordPossessivesDoNot() {
    assertEquals(
        List.of("Jean-Luc", "O'Brien", "Alice", "well-known", "don't"),
        words("Jean-Luc O'Brien, Alice's well-known don't"));
  }

  @Test
  void dotsAndCommasStayInsideNumbers() {
    assertEquals(List.of("3.5", "1,000", "end", "Next"), words("3.5 1,000 end.Next"));
  }

  @Test
  void scriptsWithoutSpacesAreCutFromOthers() {
    assertEquals(List.of("参见", "API", "文档", "カタカナ"), words("参见API文档カタカナ"));
  }

  @Test
  void combiningMarksAndSupplementaryLettersStayInTheirWord() {
    assertEquals(List.of("Cafe\u0301s", "𝒳yz"), words("Cafe\u0301s 😀 𝒳yz"));
  }

  @Test
  void everyWordStandsWhereItSays() {
    String text = "Ünïcode — 日本語 and 👩‍💻 code, naïve.";
    for (Word word : Words.of(text)) {
      assertEquals(word.text(), text.substring(word.start(), word.end()));
    }
  }

  @Test
  void sentencesOpenAfterStopsListItemsAndBlankLines() {
    List<Word> words = Words.of("One two. Three four\n\nFive\n- Six seven");
    assertEquals(
        List.of("One", "Three", "Five", "Six"),
        words.stream().filter(Word::opensSentence).map(Word::text).toList());
  }

  @Test
  void titlesAndInitialsDoNotEndASentence() {
    List<Word> words = Words.of("we met Dr. Watson and J. R. R. Tolkien there");
    assertEquals(1, words.stream().filter(Word::opensSentence).count());
  }

  @Test
  void aBoundaryIsNeverInsideAWordOrACharacter() {
    assertFalse(Scripts.isBoundary("capital", 1));
    assertFalse(Scripts.isBoundary("e\u0301", 1));
    assertFalse(Scripts.isBoundary("a😀", 2));
    assertTrue(Scripts.isBoundary("a b", 1));
    assertTrue(Scripts.isBoundary("用API", 1));
  }
}
