package io.weir.cli.check;

import static io.weir.cli.check.Answers.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchAndChatCheckTest {

  private static List<String> searched(String results) {
    return SearchCheck.of("grip", "a", json("{'results':[%s]}".formatted(results))).problems();
  }

  private static List<String> chatted(String content, String model, int tokens) {
    return ChatCheck.of(
            "Kowalczyk",
            json(
                "{'model':'%s','usage':{'total_tokens':%d},'choices':[{'message':{'content':'%s'}}]}"
                    .formatted(model, tokens, content)))
        .problems();
  }

  @Test
  void theRightDocumentFirstWithFallingScoresIsFine() {
    assertEquals(List.of(), searched("{'id':'a','score':0.9},{'id':'b','score':0.4}"));
  }

  @Test
  void anotherDocumentFirstOrRisingScoresOrNothingAreProblems() {
    assertEquals(
        List.of("the best hit for \"grip\" is \"B\""),
        searched("{'id':'b','title':'B','score':0.9},{'id':'a','score':0.4}"));
    assertEquals(
        List.of("the scores for \"grip\" are not in order"),
        searched("{'id':'a','score':0.4},{'id':'b','score':0.9}"));
    assertEquals(List.of("nothing was found for \"grip\""), searched(""));
  }

  @Test
  void anAnswerWithTheFactItsModelAndItsTokensIsFine() {
    assertEquals(List.of(), chatted("It is Marta KOWALCZYK.", "offline", 12));
  }

  @Test
  void anAnswerWithoutTheFactOrModelOrTokensIsAProblem() {
    assertEquals(
        List.of(
            "the answer does not hold \"Kowalczyk\"", "no model is named", "no tokens are counted"),
        chatted("Nobody.", "", 0));
    assertEquals(List.of("the answer is empty"), chatted("", "m", 1));
  }
}
