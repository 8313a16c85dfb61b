package io.weir.review.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnchoringTest {
  private static final String FILE =
      "def f(n):\n    if n:\n        return 1\n    x = 1\n    return 1\n";

  @Test
  void the_line_comes_from_the_quote_and_not_from_the_model() {
    Finding found = anchored("x = 1", 77);
    assertEquals(4, found.startLine());
    assertEquals(5, found.startColumn());
    assertEquals(10, found.endColumn());
  }

  @Test
  void of_equal_quotes_the_one_nearest_to_the_claimed_line_is_meant() {
    assertEquals(3, anchored("return 1", 2).startLine());
    assertEquals(5, anchored("return 1", 6).startLine());
  }

  @Test
  void a_quote_that_lost_its_indentation_is_still_found_and_given_back_as_the_file_has_it() {
    Finding found = anchored("if n:\nreturn 1\n", 1);
    assertEquals(2, found.startLine());
    assertEquals(3, found.endLine());
    assertEquals("if n:\n        return 1", found.existingCode());
  }

  @Test
  void a_suggestion_takes_the_place_of_its_quote_without_the_blanks_around_it() {
    Finding found = suggesting("        return 1\n", "        return 2\n");
    assertEquals("return 1", found.existingCode());
    assertEquals("return 2", found.suggestion());
    assertEquals("", suggesting("        return 1", "").suggestion());
    assertEquals("return 2", suggesting("        return 1", "return 2").suggestion());
    assertEquals("return 2", suggesting("return 1", "    return 2").suggestion());
  }

  @Test
  void a_suggestion_that_lost_its_indentation_gets_that_of_the_file() {
    Finding found = suggesting("if n:\nreturn 1\n", "if n > 0:\n    return 1\n");
    assertEquals("if n:\n        return 1", found.existingCode());
    assertEquals("if n > 0:\n        return 1", found.suggestion());
    // Only the first line was trimmed, and the line ends are others.
    Anchoring trimmed =
        Anchoring.of(
            List.of(
                Samples.quoting("x", 1)
                    .at(
                        new Region(1, 1, 1, 1),
                        "if n:\n        return 1",
                        "if n > 0:\n        return 1")),
            FILE.replace("\n", "\r\n"));
    assertEquals("if n > 0:\n        return 1", trimmed.findings().getFirst().suggestion());
  }

  private static Finding suggesting(String quote, String suggestion) {
    Finding quoting = Samples.quoting(quote, 1);
    return Anchoring.of(List.of(quoting.at(new Region(1, 1, 1, 1), quote, suggestion)), FILE)
        .findings()
        .getFirst();
  }

  @Test
  void a_quote_that_is_not_in_the_file_drops_its_finding_and_is_counted() {
    Anchoring result =
        Anchoring.of(List.of(Samples.quoting("eval(x)", 1), Samples.quoting("  ", 1)), FILE);
    assertEquals(List.of(), result.findings());
    assertEquals(2, result.dropped());
  }

  private static Finding anchored(String quote, int line) {
    return Anchoring.of(List.of(Samples.quoting(quote, line)), FILE).findings().getFirst();
  }
}
