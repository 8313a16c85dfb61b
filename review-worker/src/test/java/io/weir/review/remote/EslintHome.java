package io.weir.review.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/**
 * ESLint as the {@code weir} script installs it: from {@code ESLINT_HOME} when that is set, else
 * installed once under {@code target/}. A failing installation fails the test: it is never skipped.
 */
public final class EslintHome {
  private static final Path SHIPPED = Path.of("linters/eslint");
  private static final Path INSTALLED = Path.of("target/eslint");

  private EslintHome() {}

  /** The folder to give to the linter. */
  public static synchronized String path() throws IOException, InterruptedException {
    String given = System.getenv("ESLINT_HOME");
    if (given != null && !given.isEmpty()) {
      return given;
    }
    Files.createDirectories(INSTALLED);
    for (String file : new String[] {"package.json", "package-lock.json", "eslint.config.mjs"}) {
      Files.copy(
          SHIPPED.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(INSTALLED.resolve("node_modules/eslint/bin/eslint.js"))) {
      Process npm =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(INSTALLED.resolve("npm-ci.log").toFile())
              .start();
      if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
        npm.destroyForcibly();
        throw new IOException(
            "npm ci failed:\n" + Files.readString(INSTALLED.resolve("npm-ci.log")));
      }
    }
    return INSTALLED.toAbsolutePath().toString();
  }
}
