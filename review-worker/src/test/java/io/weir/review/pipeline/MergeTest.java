package io.weir.review.pipeline;

import static io.weir.review.pipeline.Samples.finding;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MergeTest {
  @Test
  void findings_are_in_the_order_of_the_file() {
    List<Finding> merged =
        Merge.of(
            List.of(finding(Source.SECRETS, 9, "github-token", "s")),
            List.of(finding(Source.LINTER, 4, "unused-import", "l")),
            List.of(finding(Source.MODEL, 2, "race", "m")));
    assertEquals(List.of(2, 4, 9), merged.stream().map(Finding::startLine).toList());
  }

  @Test
  void a_model_that_repeats_a_secret_or_a_linter_is_not_heard_twice() {
    List<Finding> merged =
        Merge.of(
            List.of(
                finding(Source.SECRETS, 1, "github-token", "A GitHub token stands in the code.")),
            List.of(finding(Source.LINTER, 4, "unused-import", "Unused import os (W0611)")),
            List.of(
                finding(Source.MODEL, 1, "hardcoded-credential", "Hard-coded API key."),
                finding(Source.MODEL, 4, "dead-code", "The import of os is unused.")));
    assertEquals(
        List.of(Source.SECRETS, Source.LINTER), merged.stream().map(Finding::source).toList());
  }

  @Test
  void what_only_speaks_of_secrets_or_of_more_than_the_secrets_lines_stays() {
    var secret = finding(Source.SECRETS, 2, "github-token", "A GitHub token stands in the code.");
    for (Finding other :
        List.of(
            finding(Source.MODEL, 2, "sql-injection", "Input of the tokenizer goes into SQL."),
            finding(Source.MODEL, 2, "timing", "The password is compared with ==."),
            finding(Source.MODEL, 2, "csrf", "The CSRF token is not checked."))) {
      assertEquals(2, Merge.of(List.of(secret), List.of(), List.of(other)).size(), other.message());
    }
    var wide =
        finding(Source.MODEL, 1, "auth", "The token is kept in the code, and nobody is checked.")
            .at(new Region(1, 1, 9, 1), "", "");
    assertEquals(2, Merge.of(List.of(secret), List.of(), List.of(wide)).size());
  }

  @Test
  void two_different_faults_on_one_line_both_stay() {
    List<Finding> merged =
        Merge.of(
            List.of(),
            List.of(finding(Source.LINTER, 4, "eval-used", "Use of eval (W0123)")),
            List.of(finding(Source.MODEL, 4, "sql-injection", "Query is built from user input.")));
    assertEquals(2, merged.size());
  }
}
