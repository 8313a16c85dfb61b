package io.weir.cli.check;

import static io.weir.cli.check.Answers.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.cli.check.TextDocument.Expected;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityCheckTest {

  private static final TextDocument DOCUMENT =
      new TextDocument("Trip", "🚀 Ada went to Paris.", List.of(new Expected("Paris", "place")));

  private static List<String> judged(String entities, String keywords) {
    return EntityCheck.of(
            DOCUMENT, json("{'entities':[%s],'entity_keywords':%s}".formatted(entities, keywords)))
        .problems();
  }

  private static String paris(int start, String type) {
    return "{'text':'Paris','type':'%s','start':%d,'end':%d,'field':'content'}"
        .formatted(type, start, start + 5);
  }

  @Test
  void anExpectedEntityAtItsPlaceCountedInUtf16UnitsIsFine() {
    assertEquals(List.of(), judged(paris(15, "place"), "['ada','paris']"));
  }

  @Test
  void offsetsThatCountCodePointsAreAProblem() {
    assertEquals(
        List.of(
            "no place \"Paris\" at 15 in \"Trip\"",
            "the offsets of \"Paris\" in \"Trip\" lead elsewhere"),
        judged(paris(14, "place"), "['paris']"));
  }

  @Test
  void theWrongTypeIsAProblem() {
    assertEquals(
        List.of("no place \"Paris\" at 15 in \"Trip\""), judged(paris(15, "person"), "['paris']"));
  }

  @Test
  void offsetsBeyondTheTextAreAProblem() {
    assertEquals(
        List.of("the offsets of \"x\" in \"Trip\" lead elsewhere"),
        judged(
            paris(15, "place")
                + ",{'text':'x','type':'place','start':90,'end':91,'field':'content'}",
            "['paris']"));
  }

  @Test
  void keywordsThatAreMissingOrOutOfOrderAreAProblem() {
    assertEquals(
        List.of("the keywords of \"Trip\" are not sorted, unique and lower-case: [paris, ada]"),
        judged(paris(15, "place"), "['paris','ada']"));
    assertEquals(
        List.of("the keywords of \"Trip\" are not sorted, unique and lower-case: []"),
        judged(paris(15, "place"), "[]"));
  }
}
