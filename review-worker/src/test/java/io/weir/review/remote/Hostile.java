package io.weir.review.remote;

import io.weir.review.pipeline.JobType;
import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.Submission;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Inputs that want to harm a linter, and what is left of one afterwards. */
final class Hostile {
  /** How folders begin that linters of this process got; other workers may run beside the test. */
  private static final String OURS = "weir-lint-" + ProcessHandle.current().pid() + "-";

  private Hostile() {}

  static Submission file(Language language, String path, String content) {
    return new Submission(JobType.REVIEW, path, content, Optional.of(language), "");
  }

  static LintResult.Linted linted(LintResult result) {
    if (result instanceof LintResult.Linted linted) {
      return linted;
    }
    throw new AssertionError("expected a linted file, found " + result);
  }

  static List<String> rules(LintResult result) {
    return linted(result).findings().stream().map(finding -> finding.rule()).toList();
  }

  /** Python of 26 KB on which pylint's inference takes minutes. */
  static String slowPython() {
    return "def f(a):\n    x = 1\n" + "    if a: x = x + x\n".repeat(1_300) + "    return x\n";
  }

  /** Soon there is no folder and no process of a linter that this process started. */
  static void awaitNoTraces(List<Path> before) throws InterruptedException {
    Await.until(
        "no linter's folder is left",
        Duration.ofSeconds(10),
        () -> before.containsAll(workspaces()));
    Await.until("no linter runs", Duration.ofSeconds(4), () -> !linterRuns());
  }

  private static boolean linterRuns() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .anyMatch(line -> line.contains(OURS));
  }

  static List<Path> workspaces() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.getFileName().toString().startsWith(OURS)).toList();
    }
  }
}
