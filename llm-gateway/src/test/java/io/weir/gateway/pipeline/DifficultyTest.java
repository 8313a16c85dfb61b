package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.RouteHints.Capability;
import io.weir.gateway.pipeline.RouteHints.Complexity;
import io.weir.gateway.pipeline.RouteHints.TaskType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DifficultyTest {
  @Test
  void keywordsCountAsWholeWordsOnly() {
    assertEquals(3, Difficulty.points("the architecture", 0));
    assertEquals(0, Difficulty.points("the architectures", 0));
    assertEquals(2, Difficulty.points("please debug it", 0));
    assertEquals(0, Difficulty.points("the debugger", 0));
    assertEquals(1, Difficulty.points("hello", 0));
    assertEquals(0, Difficulty.points("whatever, othello", 0));
    assertEquals(0, Difficulty.points("rewriter", 0));
    assertEquals(2, Difficulty.points("WHY", 0));
  }

  @Test
  void eachKindOfHardnessHasItsPoints() {
    assertEquals(2, Difficulty.points("x ".repeat(201), 0));
    assertEquals(3, Difficulty.points("x ".repeat(501), 0));
    assertEquals(4, Difficulty.points("```\nx\n```", 0));
    assertEquals(3, Difficulty.points("a poem", 0));
    assertEquals(2, Difficulty.points("", 4_001));
    assertEquals(3, Difficulty.points("", 10_001));
    assertEquals(0, Difficulty.points("", 4_000));
  }

  @Test
  void moreContextNeverMakesARequestEasier() {
    var random = new Random(7);
    List<String> words = List.of("why", "poem", "design", "proof", "ok", "list", "```", "x");
    for (int i = 0; i < 2_000; i++) {
      var question = new StringBuilder();
      for (int w = random.nextInt(12); w > 0; w--) {
        question.append(words.get(random.nextInt(words.size()))).append(' ');
      }
      int context = random.nextInt(12_000);
      int points = Difficulty.points(question.toString(), context);
      assertTrue(points >= 0 && points <= 18, question.toString());
      assertTrue(Difficulty.points(question.toString(), context + 7_000) >= points);
      // What is glued to other letters is no word.
      assertEquals(
          Difficulty.points("", context),
          Difficulty.points(
              "q" + question.toString().replace(" ", "").replace("```", "z") + "q", context));
    }
  }

  @Test
  void theCallersWordGoesBeforeTheGuessAndTheKindOfTaskIsTheLeast() {
    ObjectNode easy = request("hello");
    assertEquals(Complexity.SIMPLE, Difficulty.of(easy, RouteHints.NONE));
    assertEquals(Complexity.MEDIUM, Difficulty.of(easy, hints("x-weir-task-type", "coder")));
    assertEquals(Complexity.COMPLEX, Difficulty.of(easy, hints("x-weir-task-type", "planner")));
    assertEquals(Complexity.MEDIUM, Difficulty.of(easy, hints("x-weir-task-type", "code_review")));
    assertEquals(Complexity.COMPLEX, Difficulty.of(easy, hints("x-weir-complexity", "Complex")));
    ObjectNode hard = request("Why does this distributed design fail? ```x``` Write a story.");
    assertEquals(Complexity.COMPLEX, Difficulty.of(hard, RouteHints.NONE));
    assertEquals(Complexity.SIMPLE, Difficulty.of(hard, hints("x-weir-complexity", "simple")));
  }

  @Test
  void whatARequestNeedsIsSeenOrSaid() {
    assertEquals(Set.of(), Difficulty.needs(request("hi"), RouteHints.NONE));
    assertEquals(
        Set.of(Capability.VISION, Capability.TOOLS, Capability.JSON),
        Difficulty.needs(
            json(
                "{\"tools\":[{}],\"response_format\":{\"type\":\"json_schema\"},\"messages\":[{\"content\":[{\"type\":\"image_url\"}]}]}"),
            RouteHints.NONE));
    assertEquals(
        Set.of(Capability.VISION, Capability.TOOLS),
        Difficulty.needs(request("hi"), hints("x-weir-capabilities", "vision, Tools")));
  }

  @Test
  void aWrongHintIsRefusedWithItsName() {
    for (String header : List.of("x-weir-complexity", "x-weir-task-type", "x-weir-capabilities")) {
      var refused =
          assertInstanceOf(
              RouteHints.Result.Refused.class,
              RouteHints.read(name -> Optional.ofNullable(Map.of(header, "odd").get(name))));
      assertEquals(header, refused.failure().param());
    }
    assertEquals(TaskType.QA, hints("x-weir-task-type", "reviewer").taskType());
  }

  private static RouteHints hints(String name, String value) {
    return assertInstanceOf(
            RouteHints.Result.Valid.class,
            RouteHints.read(one -> Optional.ofNullable(Map.of(name, value).get(one))))
        .hints();
  }

  private static ObjectNode request(String text) {
    ObjectNode request = Json.MAPPER.createObjectNode();
    request.putArray("messages").addObject().put("role", "user").put("content", text);
    return request;
  }

  private static ObjectNode json(String text) {
    return (ObjectNode)
        Json.object(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)).orElseThrow();
  }
}
