package io.weir.review.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.LintResult;
import io.weir.review.pipeline.Region;
import io.weir.review.pipeline.Severity;
import io.weir.review.pipeline.Source;
import io.weir.review.pipeline.SourceText;
import io.weir.review.pipeline.Submission;
import io.weir.review.remote.BoundedProcess.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ESLint with our own configuration and typescript-eslint, installed into a folder of its own. No
 * configuration is looked up and comments in the code switch nothing off.
 */
final class Eslint implements Linter {
  private static final String NAME = "eslint";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int FINDINGS = 1;
  private static final Set<String> SECURITY =
      Set.of(
          "no-eval",
          "no-implied-eval",
          "no-new-func",
          "no-script-url",
          "@typescript-eslint/no-implied-eval");

  private final String node;
  private final String home;
  private final BoundedProcess process;

  Eslint(String node, String home, BoundedProcess process) {
    this.node = node;
    this.home = home;
    this.process = process;
  }

  @Override
  public LintResult lint(Submission submission) throws InterruptedException {
    if (home.isEmpty()) {
      return new LintResult.Skipped(NAME, "it is not installed (ESLINT_HOME is not set)");
    }
    Path folder = Path.of(home).toAbsolutePath();
    Path configuration = folder.resolve("eslint.config.mjs");
    Path program = folder.resolve("node_modules/eslint/bin/eslint.js");
    Optional<Path> runtime = Programs.find(node);
    if (runtime.isEmpty() || !Files.isReadable(program) || !Files.isReadable(configuration)) {
      return new LintResult.Skipped(
          NAME,
          "it is not installed ("
              + (runtime.isEmpty() ? "no node" : "nothing in ESLINT_HOME")
              + ")");
    }
    String file =
        "code."
            + submission.language().orElse(Language.JAVASCRIPT).endingFor(submission.filePath());
    try (var workspace = Workspace.with(file, submission.content())) {
      var command =
          List.of(
              runtime.get().toString(),
              "--max-old-space-size=512",
              program.toString(),
              "--no-config-lookup",
              "--no-inline-config",
              "--config",
              configuration.toString(),
              "--format=json",
              file);
      return switch (process.run(command, workspace)) {
        case Run.TimedOut(var after) -> new LintResult.TimedOut(NAME, after);
        case Run.TooMuchOutput(int limit) ->
            new LintResult.Skipped(NAME, "it wrote more than " + limit + " bytes");
        case Run.Finished(int exitCode, String output, String errors) ->
            exitCode > FINDINGS || output.isBlank()
                ? broke(exitCode, errors)
                : result(output, submission, version(folder));
      };
    } catch (IOException e) {
      return new LintResult.Skipped(NAME, "it could not be run: " + e.getMessage());
    }
  }

  static LintResult result(String output, Submission submission, String version)
      throws JsonProcessingException {
    var source = new SourceText(submission.content());
    SourceText script = SourceText.ofScript(submission.content());
    var findings = new ArrayList<Finding>();
    for (JsonNode message : JSON.readTree(output).path(0).path("messages")) {
      if (message.path("ruleId").isNull() && !message.path("fatal").asBoolean()) {
        // "No matching configuration": exit 0 and not one rule was tried.
        return new LintResult.Skipped(NAME, message.path("message").asText("the file was ignored"));
      }
      findings.add(finding(message, source, script, submission.filePath()));
    }
    return new LintResult.Linted(NAME, version, findings);
  }

  private static Finding finding(
      JsonNode message, SourceText source, SourceText script, String file) {
    int line = message.path("line").asInt(1);
    int column = message.path("column").asInt(1);
    Region region =
        source.region(
            script,
            script.clamp(
                line,
                column,
                message.path("endLine").asInt(line),
                message.path("endColumn").asInt(Integer.MAX_VALUE)));
    String code = source.line(region.startLine()).strip();
    String suggestion = "";
    JsonNode range = message.path("fix").path("range");
    int from = range.path(0).asInt(0);
    int to = Math.min(range.path(1).asInt(0), source.text().length());
    // A fix that only inserts has no code that it replaces; offsets are off by one behind a byte
    // order mark.
    if (from < to && !source.text().startsWith("\uFEFF")) {
      region = source.region(from, to);
      code = source.text().substring(from, to);
      suggestion = message.path("fix").path("text").asText("");
    }
    String rule = message.path("ruleId").asText("");
    return new Finding(
        file,
        region.startLine(),
        region.startColumn(),
        region.endLine(),
        region.endColumn(),
        severity(message, rule),
        SECURITY.contains(rule)
            ? "security"
            : message.path("severity").asInt() == 2 ? "bug" : "suspicious",
        rule.isEmpty() || rule.equals("null") ? "parse-error" : rule,
        message.path("message").asText(""),
        code,
        suggestion,
        1,
        Source.LINTER);
  }

  private static Severity severity(JsonNode message, String rule) {
    if (message.path("fatal").asBoolean() || SECURITY.contains(rule)) {
      return Severity.HIGH;
    }
    return message.path("severity").asInt() == 2 ? Severity.MEDIUM : Severity.LOW;
  }

  private static LintResult broke(int exitCode, String errors) {
    String first = errors.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
    return new LintResult.Skipped(
        NAME, "it ended with exit code " + exitCode + (first.isEmpty() ? "" : ": " + first));
  }

  private static String version(Path folder) throws IOException {
    Path description = folder.resolve("node_modules/eslint/package.json");
    return JSON.readTree(Files.readAllBytes(description))
        .path("version")
        .asText("of unknown version");
  }
}
