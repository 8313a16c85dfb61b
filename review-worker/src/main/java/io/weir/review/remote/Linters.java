package io.weir.review.remote;

import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.Submission;
import java.time.Duration;
import java.util.Map;

/**
 * Which linter reads which language. A further one is a line in {@link #standard} and a {@link
 * Linter}.
 */
public final class Linters implements Linter {
  private static final long PYLINT_MEMORY = 2L << 30;
  private static final int MOST_OUTPUT = 4 << 20;

  private final Map<Language, Linter> byLanguage;

  public Linters(Map<Language, Linter> byLanguage) {
    this.byLanguage = Map.copyOf(byLanguage);
  }

  /**
   * pylint for Python, ESLint for JavaScript and TypeScript.
   *
   * @param pylint path or bare name of pylint
   * @param node path or bare name of node
   * @param eslintHome the folder with {@code node_modules} and our {@code eslint.config.mjs}; may
   *     be missing
   * @param timeOut after which a linter is killed
   */
  public static Linters standard(String pylint, String node, String eslintHome, Duration timeOut) {
    var eslint = new Eslint(node, eslintHome, new BoundedProcess(timeOut, MOST_OUTPUT, 0));
    return new Linters(
        Map.of(
            Language.PYTHON,
                new Pylint(pylint, new BoundedProcess(timeOut, MOST_OUTPUT, PYLINT_MEMORY)),
            Language.JAVASCRIPT, eslint,
            Language.TYPESCRIPT, eslint));
  }

  @Override
  public LintResult lint(Submission submission) throws InterruptedException {
    if (submission.content().isBlank()) {
      return new LintResult.Skipped("", "there is no code");
    }
    if (submission.language().isEmpty()) {
      return new LintResult.Skipped("", "the language is not known");
    }
    Linter linter = byLanguage.get(submission.language().get());
    return linter == null
        ? new LintResult.Skipped("", "no linter for " + submission.language().get().wireName())
        : linter.lint(submission);
  }
}
