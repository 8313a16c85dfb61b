package io.weir.review.pipeline;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What can be said about a file without a model, as Markdown that says so itself. */
public final class RuleSummary {
  private static final int MOST_LISTED = 20;

  private RuleSummary() {}

  /** The summary of an offline review; {@code reason} says why no model answered. */
  public static String offline(
      Submission submission, List<Finding> findings, LintResult lint, String reason) {
    var text =
        new StringBuilder("**Offline review, no model was asked** (")
            .append(reason)
            .append(").\n\n");
    text.append(counted(findings)).append(' ').append(lint.summary()).append(".\n");
    if (submission.type() == JobType.DEBUG) {
      text.append(debug(submission.errorLog()));
    }
    if (!findings.isEmpty()) {
      text.append("\nWorst first:\n");
      findings.stream()
          .sorted(
              java.util.Comparator.comparing(Finding::severity)
                  .thenComparingInt(Finding::startLine))
          .limit(MOST_LISTED)
          .forEach(
              f ->
                  text.append(
                      "- line %d: %s: %s [%s]\n"
                          .formatted(
                              f.startLine(), f.severity().wireName(), f.message(), f.rule())));
    }
    if (findings.size() > MOST_LISTED) {
      text.append("- and ")
          .append(findings.size() - MOST_LISTED)
          .append(" more in the list of findings\n");
    }
    return text.toString();
  }

  /** How many findings there are of each severity, worst first, only those that occur. */
  public static Map<String, Integer> severityCounts(List<Finding> findings) {
    var counts = new EnumMap<Severity, Integer>(Severity.class);
    findings.forEach(finding -> counts.merge(finding.severity(), 1, Integer::sum));
    var named = new LinkedHashMap<String, Integer>();
    counts.forEach((severity, count) -> named.put(severity.wireName(), count));
    return named;
  }

  private static String counted(List<Finding> findings) {
    if (findings.isEmpty()) {
      return "Nothing found by rules.";
    }
    var parts =
        severityCounts(findings).entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .toList();
    long secrets = findings.stream().filter(f -> f.source() == Source.SECRETS).count();
    return "%d finding%s by rules: %s%s."
        .formatted(
            findings.size(),
            findings.size() == 1 ? "" : "s",
            String.join(", ", parts),
            secrets == 0 ? "" : "; " + secrets + (secrets == 1 ? " is a secret" : " are secrets"));
  }

  private static String debug(String errorLog) {
    StackTrace trace = StackTrace.parse(errorLog);
    if (trace.type().isEmpty()) {
      return "\nNo known kind of error was recognised in the log.\n";
    }
    String place =
        trace.frames().isEmpty()
            ? ""
            : " at " + trace.frames().getFirst().file() + ":" + trace.frames().getFirst().line();
    return "\nThe log ends in "
        + trace.type()
        + (trace.message().isEmpty() ? "" : ": " + trace.message())
        + place
        + ".\n";
  }
}
