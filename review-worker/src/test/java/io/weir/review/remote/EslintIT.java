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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EslintIT {
  private static Linter eslint =
      submission -> new LintResult.Skipped("eslint", "not yet installed");

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    eslint = Linters.standard("pylint", "node", EslintHome.path(), Duration.ofSeconds(60));
  }

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
  void javascript_faults_are_found_and_a_fix_is_a_suggestion() throws InterruptedException {
    LintResult result =
        eslint.lint(file(Language.JAVASCRIPT, "src/a.js", "const n = 1;\nvar x = n;\neval(x);\n"));

    List<Finding> findings = linted(result).findings();
    Finding noVar =
        findings.stream().filter(f -> f.rule().equals("no-var")).findFirst().orElseThrow();
    assertEquals("src/a.js", noVar.file());
    assertEquals(2, noVar.startLine());
    Finding eval =
        findings.stream().filter(f -> f.rule().equals("no-eval")).findFirst().orElseThrow();
    assertEquals(Severity.HIGH, eval.severity());
    assertEquals("security", eval.category());
    assertEquals(3, eval.startLine());
    assertEquals(1, eval.startColumn());
    assertTrue(linted(result).version().startsWith("10."), linted(result).version());
  }

  /** ECMAScript has more ends of lines than anybody who reads a finding. */
  @Test
  void a_finding_stays_on_its_line_behind_a_line_separator() throws InterruptedException {
    String code = "/* a\u2028b */\nvar x = 1;\neval(\"2\");\nconsole.log(x);\n";
    Finding eval =
        linted(eslint.lint(file(Language.JAVASCRIPT, "a.js", code))).findings().stream()
            .filter(f -> f.rule().equals("no-eval"))
            .findFirst()
            .orElseThrow();
    assertEquals(3, eval.startLine());
    assertEquals("eval(\"2\");", eval.existingCode());
  }

  @Test
  void a_common_js_module_may_return_early() throws InterruptedException {
    String code = "if (process.env.OFF) {\n  return;\n}\neval(process.argv[2]);\n";
    assertEquals(
        List.of("no-eval"),
        linted(eslint.lint(file(Language.JAVASCRIPT, "a.cjs", code))).findings().stream()
            .map(Finding::rule)
            .toList());
  }

  @Test
  void typescript_and_its_jsx_are_understood() throws InterruptedException {
    String code =
        "export function f(a: any): number {\n  const unused = 1;\n  return a == 2 ? 1 : 2;\n}\n";
    List<String> found = rules(eslint.lint(file(Language.TYPESCRIPT, "a.ts", code)));
    assertTrue(
        found.containsAll(
            List.of(
                "@typescript-eslint/no-explicit-any",
                "@typescript-eslint/no-unused-vars",
                "eqeqeq")),
        found.toString());
    assertEquals(
        List.of(),
        rules(
            eslint.lint(
                file(Language.TYPESCRIPT, "a.tsx", "export const a = () => <p>hello</p>;\n"))));
  }

  @Test
  void comments_in_the_code_switch_nothing_off() throws InterruptedException {
    String code =
        "/* eslint-disable */\n/* eslint no-eval: 0 */\n// eslint-disable-next-line\neval('1');\n";
    assertTrue(rules(eslint.lint(file(Language.JAVASCRIPT, "a.js", code))).contains("no-eval"));
  }

  @Test
  void a_file_named_like_a_configuration_is_only_code(@TempDir Path folder)
      throws InterruptedException {
    Path proof = folder.resolve("proof");
    String code = "require('node:fs').writeFileSync('" + proof + "', '');\nexport default [];\n";
    for (String name : List.of("eslint.config.js", "../eslint.config.mjs", ".eslintrc.cjs")) {
      linted(eslint.lint(file(Language.JAVASCRIPT, name, code)));
    }
    assertFalse(Files.exists(proof));
  }

  @Test
  void code_that_does_not_parse_is_a_finding_on_an_existing_line() throws InterruptedException {
    List<Finding> findings =
        linted(eslint.lint(file(Language.TYPESCRIPT, "a.ts", "function f( {\n"))).findings();
    assertEquals(List.of("parse-error"), findings.stream().map(Finding::rule).toList());
  }

  @Test
  void deep_nesting_ends_in_a_result_in_time() throws InterruptedException {
    String nested = "if (a) {\n".repeat(1_600) + "}\n".repeat(1_600);
    long start = System.nanoTime();
    eslint.lint(file(Language.JAVASCRIPT, "a.js", "let a = 1;\n" + nested));
    assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(62)) < 0);
  }

  @Test
  void a_time_out_kills_node() throws IOException, InterruptedException {
    Linter hasty = Linters.standard("pylint", "node", EslintHome.path(), Duration.ofMillis(50));
    LintResult result = hasty.lint(file(Language.JAVASCRIPT, "a.js", "let a = 1;\n"));
    assertEquals(new LintResult.TimedOut("eslint", Duration.ofMillis(50)), result);
  }

  @Test
  void a_missing_eslint_is_said() throws InterruptedException {
    Linter missing = Linters.standard("pylint", "node", "", Duration.ofSeconds(1));
    var skipped =
        assertInstanceOf(
            LintResult.Skipped.class, missing.lint(file(Language.JAVASCRIPT, "a.js", "let a;\n")));
    assertTrue(skipped.summary().contains("not linted by eslint"), skipped.summary());
  }

  @Test
  void a_language_without_a_linter_is_said() throws InterruptedException {
    assertEquals(
        new LintResult.Skipped("", "no linter for rust"),
        eslint.lint(file(Language.RUST, "a.rs", "fn main() {}\n")));
  }
}
