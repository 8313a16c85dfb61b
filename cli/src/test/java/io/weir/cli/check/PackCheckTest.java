package io.weir.cli.check;

import static io.weir.cli.check.Answers.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackCheckTest {

  private static final PackCheck.Wanted WANTED =
      new PackCheck.Wanted(
          "de-DE",
          List.of("cheapest"),
          List.of("Name the test."),
          "EUR",
          Map.of("bc-1", new TextDocument("Shoe", "It grips. It lasts.", List.of())));
  private static final String GOOD =
      "{'pack':{'locale':'de-DE','mode':'offline','banned_words':['cheapest'],'legal_guidelines':['Name the test.'],"
          + "'facts':[{'text':'The currency is the Euro (EUR).'}],"
          + "'insights':[{'text':'It grips.','cites':['p1']}],"
          + "'passages':[{'id':'p1','source_id':'bc-1','field':'content','start':0,'end':9,'excerpt':'It grips.'}]}}";

  private static Verdict judged(String before, String after) {
    return PackCheck.of(WANTED, json(GOOD.replace(before, after)));
  }

  @Test
  void aPackThatKeepsTheRulesKnowsItsMarketAndCitesIsFine() {
    assertEquals(List.of(), judged("", "").problems());
  }

  @Test
  void aLostBannedWordOrGuidelineIsAProblem() {
    assertEquals(
        List.of("banned word \"cheapest\" is lost"), judged("['cheapest']", "[]").problems());
    assertEquals(
        List.of("legal guideline \"Name the test.\" is lost"),
        judged("['Name the test.']", "[]").problems());
  }

  @Test
  void aPackThatKnowsNothingOfItsMarketIsAProblem() {
    assertEquals(
        List.of("nothing about EUR, which the market has"), judged("EUR", "CHF").problems());
  }

  @Test
  void aPassageWhosePlaceLeadsElsewhereIsAProblem() {
    assertEquals(
        List.of(
            "the place of the passage \"It grips.\" leads elsewhere",
            "no passage of the documents is in it"),
        judged("'start':0,'end':9", "'start':1,'end':10").problems());
  }

  @Test
  void withoutAModelSomePassageMustBeCited() {
    assertEquals(List.of("no passage is cited"), judged("'p1']", "'p2']").problems());
  }

  @Test
  void aModelThatCitesNothingIsNoted() {
    Verdict verdict =
        PackCheck.of(WANTED, json(GOOD.replace("offline", "llm").replace("['p1']", "[]")));
    assertEquals(List.of(), verdict.problems());
    assertEquals(List.of("the model cited none of the passages"), verdict.notes());
  }
}
