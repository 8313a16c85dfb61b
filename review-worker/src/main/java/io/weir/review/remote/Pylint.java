package io.weir.review.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.review.pipeline.Finding;
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
 * pylint with our own configuration. A configuration beside the file would be executed, so there is
 * none and it is not looked up; the file is named so that no import of pylint's can hit it.
 */
final class Pylint implements Linter {
  private static final String NAME = "pylint";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String FILE = "weir_code_under_review.py";
  private static final int USAGE_ERROR = 32;
  private static final Set<String> SECURITY =
      Set.of("eval-used", "exec-used", "subprocess-popen-preexec-fn");
  // Faults, not taste; what depends on packages that are not here is off; what a comment hides is
  // said.
  private static final String CONFIGURATION =
      """
      [MAIN]
      jobs=1
      persistent=no
      load-plugins=
      unsafe-load-any-extension=no
      suggestion-mode=no
      [MESSAGES CONTROL]
      disable=C,R,fixme,import-error,no-name-in-module,no-member,locally-disabled,useless-suppression
      enable=file-ignored,suppressed-message,inconsistent-return-statements,consider-using-with,comparison-with-itself
      """;

  private final String program;
  private final BoundedProcess process;
  private volatile Optional<String> version = Optional.empty();

  Pylint(String program, BoundedProcess process) {
    this.program = program;
    this.process = process;
  }

  @Override
  public LintResult lint(Submission submission) throws InterruptedException {
    Optional<Path> found = Programs.find(program);
    if (found.isEmpty()) {
      return new LintResult.Skipped(NAME, "pylint is not installed (looked for " + program + ")");
    }
    String pylint = found.get().toString();
    try (var workspace = Workspace.with(FILE, submission.content())) {
      Path configuration = workspace.root().resolve("pylintrc");
      Files.writeString(configuration, CONFIGURATION);
      var command =
          List.of(pylint, "--rcfile=" + configuration, "--output-format=json", "--score=n", FILE);
      return switch (process.run(command, workspace)) {
        case Run.TimedOut(var after) -> new LintResult.TimedOut(NAME, after);
        case Run.TooMuchOutput(int limit) ->
            new LintResult.Skipped(NAME, "it wrote more than " + limit + " bytes");
        case Run.Finished(int exitCode, String output, String errors) ->
            exitCode >= USAGE_ERROR || output.isBlank()
                ? broke(exitCode, errors)
                : new LintResult.Linted(
                    NAME, version(pylint, workspace), findings(output, submission));
      };
    } catch (IOException e) {
      return new LintResult.Skipped(NAME, "it could not be run: " + e.getMessage());
    }
  }

  static List<Finding> findings(String output, Submission submission)
      throws JsonProcessingException {
    var source = new SourceText(submission.content());
    var findings = new ArrayList<Finding>();
    for (JsonNode message : JSON.readTree(output)) {
      findings.add(finding(message, source, submission.filePath()));
    }
    return findings;
  }

  private static Finding finding(JsonNode message, SourceText source, String file) {
    int line = Math.clamp(message.path("line").asInt(1), 1, source.lineCount());
    int endLine = message.path("endLine").asInt(line);
    int start = source.columnOfUtf8Offset(line, message.path("column").asInt(0));
    int end =
        message.path("endColumn").isInt()
            ? source.columnOfUtf8Offset(endLine, message.path("endColumn").asInt())
            : source.line(line).length() + 1;
    Region region = source.clamp(line, start, endLine, end);
    String rule = message.path("symbol").asText("unknown");
    String type = message.path("type").asText("");
    return new Finding(
        file,
        region.startLine(),
        region.startColumn(),
        region.endLine(),
        region.endColumn(),
        SECURITY.contains(rule) ? Severity.HIGH : severity(type, rule),
        SECURITY.contains(rule) ? "security" : category(type, rule),
        rule,
        message.path("message").asText("") + " (" + message.path("message-id").asText("?") + ")",
        source.line(line).strip(),
        "",
        1,
        Source.LINTER);
  }

  private static Severity severity(String type, String rule) {
    return switch (type) {
      case "fatal", "error" -> Severity.HIGH;
      case "warning" -> Severity.MEDIUM;
      // Nothing of the file was checked: the reader must see it.
      case "information", "info" -> rule.equals("file-ignored") ? Severity.MEDIUM : Severity.INFO;
      default -> Severity.LOW;
    };
  }

  private static String category(String type, String rule) {
    return switch (type) {
      case "fatal", "error" -> "bug";
      case "information", "info" -> "suppression";
      default -> rule.startsWith("unused") ? "maintainability" : "suspicious";
    };
  }

  private static LintResult broke(int exitCode, String errors) {
    String last =
        errors.lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line).strip();
    return new LintResult.Skipped(
        NAME, "it ended with exit code " + exitCode + (last.isEmpty() ? "" : ": " + last));
  }

  private String version(String pylint, Workspace workspace)
      throws IOException, InterruptedException {
    if (version.isEmpty()
        && process.run(
                List.of(pylint, "--rcfile=" + workspace.root().resolve("pylintrc"), "--version"),
                workspace)
            instanceof Run.Finished(int exitCode, String output, _)
        && exitCode == 0) {
      version = output.lines().findFirst().map(line -> line.replace("pylint", "").strip());
    }
    return version.orElse("of unknown version");
  }
}
