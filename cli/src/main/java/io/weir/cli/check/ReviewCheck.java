package io.weir.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A review of a demo file: its planted key is found and hidden, its faults are found where they
 * are.
 */
public final class ReviewCheck {

  private ReviewCheck() {}

  /**
   * Checks a job that has ended.
   *
   * @param job the job as {@code GET /jobs/{id}} shows it
   * @param body the same as it came over the wire, in which the key must not occur
   */
  public static Verdict of(SourceFile file, JsonNode job, String body) {
    var book = new Verdict.Notebook();
    String status = job.path("status").asText("missing");
    if (!status.equals("completed")) {
      return Verdict.failed(
          "the job of %s is %s%s".formatted(file.path(), status, reason(job.path("error"))));
    }
    JsonNode results = job.path("results");
    if (!file.plantedKey().isEmpty()) {
      secret(file, results, body, book);
    }
    String linted = results.path("lint_result").path("summary").asText("");
    if (linted.startsWith("not linted by")) {
      book.note("%s was %s; its findings are not demanded".formatted(file.path(), linted));
    } else if (linted.startsWith("not linted")) {
      // It is there and was stopped: findings are missing that could have been had.
      book.expect(false, "%s was %s".formatted(file.path(), linted));
    } else {
      for (SourceFile.Fault fault : file.faults()) {
        int line = file.lineOf(fault.code());
        book.expect(
            findings(results).anyMatch(finding -> tells(finding, line, fault.word())),
            "no finding about %s at %s:%d".formatted(fault.word(), file.path(), line));
      }
    }
    findings(results)
        .filter(
            f -> f.path("start_line").asInt() < 1 || f.path("start_line").asInt() > file.lines())
        .forEach(f -> book.expect(false, "a finding stands on no line: " + Findings.line(f)));
    return book.verdict();
  }

  private static void secret(
      SourceFile file, JsonNode results, String body, Verdict.Notebook book) {
    int line = file.lineOf(file.plantedKey());
    book.expect(
        findings(results)
            .anyMatch(
                f ->
                    f.path("start_line").asInt() == line
                        && f.path("category").asText().equals("security")),
        "the planted key at %s:%d was not found".formatted(file.path(), line));
    book.expect(
        !body.contains(file.plantedKey()), "the planted key came back in the clear with the job");
  }

  private static boolean tells(JsonNode finding, int line, String word) {
    String said = finding.path("rule").asText() + " " + finding.path("message").asText();
    return finding.path("start_line").asInt() == line
        && said.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
  }

  private static Stream<JsonNode> findings(JsonNode results) {
    return StreamSupport.stream(results.path("findings").spliterator(), false);
  }

  private static String reason(JsonNode error) {
    return error.isTextual() ? " (" + error.asText() + ")" : "";
  }
}
