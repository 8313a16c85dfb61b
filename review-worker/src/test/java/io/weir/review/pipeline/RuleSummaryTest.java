package io.weir.review.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleSummaryTest {
  private static final LintResult LINTED = new LintResult.Linted("pylint", "2.16.2", List.of());

  @Test
  void an_offline_review_says_that_it_is_one_and_lists_what_rules_found() {
    String text =
        RuleSummary.offline(
            Samples.python("x"),
            List.of(
                Samples.finding(Source.LINTER, 4, "unused-import", "Unused import os"),
                Samples.finding(Source.SECRETS, 9, "github-token", "A GitHub token")),
            LINTED,
            "only offline is configured");
    assertTrue(
        text.startsWith("**Offline review, no model was asked** (only offline is configured)."),
        text);
    assertTrue(text.contains("2 findings by rules: 2 medium; 1 is a secret."), text);
    assertTrue(text.contains("- line 4: medium: Unused import os [unused-import]"), text);
    assertTrue(text.contains("pylint 2.16.2: 0 issues"), text);
  }

  @Test
  void severities_are_counted_worst_first() {
    assertEquals(
        Map.of("medium", 1),
        RuleSummary.severityCounts(List.of(Samples.finding(Source.LINTER, 1, "r", "m"))));
  }
}
