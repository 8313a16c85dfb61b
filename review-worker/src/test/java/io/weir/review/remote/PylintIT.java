package io.weir.review.remote;

import static io.weir.review.remote.Hostile.file;
import static io.weir.review.remote.Hostile.linted;
import static io.weir.review.remote.Hostile.rules;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PylintIT {
  private final Linter pylint = linter(Duration.ofSeconds(30));

  private List<Path> workspacesBefore = List.of();

  @BeforeEach
  void look() throws IOException {
    workspacesBefore = Hostile.workspaces();
  }

  @AfterEach
  void no_folder_and_no_process_is_left() throws InterruptedException {
    Hostile.awaitNoTraces(workspacesBefore);
  }

  @Test
  void faults_are_found_with_utf16_columns() throws InterruptedException {
    LintResult result =
        pylint.lint(
            file(
                Language.PYTHON, "app/shop.py", "import os\nx = \"é😀\"; print(undefined_name)\n"));

    List<Finding> findings = linted(result).findings();
    Finding undefined = only(findings, "undefined-variable");
    assertEquals("app/shop.py", undefined.file());
    assertEquals(2, undefined.startLine());
    assertEquals(18, undefined.startColumn());
    assertEquals(18 + "undefined_name".length(), undefined.endColumn());
    assertEquals(Severity.HIGH, undefined.severity());
    assertEquals(1, only(findings, "unused-import").startLine());
    assertTrue(linted(result).version().matches("[0-9]+\\.[0-9]+.*"), linted(result).version());
  }

  @Test
  void a_clean_file_has_no_findings_and_was_linted() throws InterruptedException {
    assertEquals(
        List.of(),
        rules(pylint.lint(file(Language.PYTHON, "a.py", "def add(a, b):\n    return a + b\n"))));
  }

  @Test
  void code_that_does_not_parse_is_a_finding() throws InterruptedException {
    assertEquals(
        List.of("syntax-error"), rules(pylint.lint(file(Language.PYTHON, "a.py", "def f(:\n"))));
  }

  @Test
  void a_file_that_tells_pylint_to_skip_it_is_told_on() throws InterruptedException {
    assertTrue(
        rules(pylint.lint(file(Language.PYTHON, "a.py", "# pylint: skip-file\nimport os\n")))
            .contains("file-ignored"));
  }

  @Test
  void a_comment_that_hides_a_message_is_told_on() throws InterruptedException {
    String code = "import os  # pylint: disable=unused-import\n";
    assertTrue(
        rules(pylint.lint(file(Language.PYTHON, "a.py", code))).contains("suppressed-message"));
  }

  @Test
  void a_file_that_is_named_like_a_module_of_pylints_is_not_run(@TempDir Path folder)
      throws InterruptedException {
    Path proof = folder.resolve("proof");
    String code = "open(" + "'" + proof + "', 'w').close()\n";
    for (String name :
        List.of(
            "isort.py", "difflib.py", "astroid.py", "../../difflib.py", ".pylintrc", "/etc/x.py")) {
      linted(pylint.lint(file(Language.PYTHON, name, code)));
    }
    assertFalse(Files.exists(proof));
  }

  @Test
  void code_that_asks_for_a_plug_in_does_not_get_it(@TempDir Path folder)
      throws InterruptedException {
    Path proof = folder.resolve("proof");
    String code =
        "# pylint: load-plugins=weir_code_under_review\nopen('" + proof + "', 'w').close()\n";
    linted(pylint.lint(file(Language.PYTHON, "a.py", code)));
    assertFalse(Files.exists(proof));
  }

  @Test
  void code_that_keeps_pylint_busy_for_minutes_is_timed_out_and_killed()
      throws InterruptedException {
    LintResult result =
        linter(Duration.ofSeconds(3)).lint(file(Language.PYTHON, "a.py", Hostile.slowPython()));
    assertEquals(new LintResult.TimedOut("pylint", Duration.ofSeconds(3)), result);
  }

  @Test
  void code_that_breaks_the_parser_ends_in_a_result() throws InterruptedException {
    for (String code :
        List.of(
            "x = " + "a+".repeat(20_000) + "2\n",
            "\u0000\n",
            "\uFEFFx = 1\n",
            "x = 'é\n",
            "\r\n\r")) {
      assertFalse(pylint.lint(file(Language.PYTHON, "a.py", code)) instanceof LintResult.TimedOut);
    }
  }

  @Test
  void a_missing_pylint_is_said() throws InterruptedException {
    Linter missing = Linters.standard("/no/such/pylint", "node", "", Duration.ofSeconds(1));
    var skipped =
        assertInstanceOf(
            LintResult.Skipped.class, missing.lint(file(Language.PYTHON, "a.py", "x = 1\n")));
    assertTrue(skipped.reason().contains("not installed"));
  }

  @Test
  void output_without_end_is_cut_off() throws InterruptedException {
    var small = new Pylint("pylint", new BoundedProcess(Duration.ofSeconds(30), 1_000, 0));
    var skipped =
        assertInstanceOf(
            LintResult.Skipped.class,
            small.lint(file(Language.PYTHON, "a.py", "import os\n".repeat(50))));
    assertTrue(skipped.reason().contains("1000 bytes"), skipped.reason());
  }

  private static Linter linter(Duration timeOut) {
    return Linters.standard("pylint", "node", "", timeOut);
  }

  private static Finding only(List<Finding> findings, String rule) {
    List<Finding> found = findings.stream().filter(finding -> finding.rule().equals(rule)).toList();
    assertEquals(1, found.size(), findings.toString());
    return found.getFirst();
  }
}
