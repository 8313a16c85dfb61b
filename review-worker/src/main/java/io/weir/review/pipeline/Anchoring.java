package io.weir.review.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Puts a model's findings where their quotes stand. A quote that is not in the file is an
 * invention, and its finding is dropped and counted.
 *
 * @param findings with lines and columns re-derived and {@code existingCode} as the file has it
 * @param dropped how many quoted what is not there
 */
public record Anchoring(List<Finding> findings, int dropped) {
  public Anchoring {
    findings = List.copyOf(findings);
  }

  public static Anchoring of(List<Finding> findings, String content) {
    var source = new SourceText(content);
    var kept = new ArrayList<Finding>();
    for (Finding finding : findings) {
      find(source, finding).ifPresent(kept::add);
    }
    return new Anchoring(kept, findings.size() - kept.size());
  }

  private static Optional<Finding> find(SourceText source, Finding finding) {
    String quote = finding.existingCode().strip();
    if (quote.isEmpty()) {
      return Optional.empty();
    }
    return exact(source, quote, finding).or(() -> byLines(source, quote, finding));
  }

  // The occurrence nearest to the claimed line.
  private static Optional<Finding> exact(SourceText source, String quote, Finding finding) {
    String text = source.text();
    Region best = null;
    String code = quote;
    for (int at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
      Region region = source.region(at, at + quote.length());
      if (best == null || distance(region, finding) < distance(best, finding)) {
        best = region;
      }
    }
    return Optional.ofNullable(best)
        .map(region -> finding.at(region, code, Suggestion.of(finding).inPlaceOf(code)));
  }

  // Models lose indentation and line endings: compare whole lines without the blanks around them.
  private static Optional<Finding> byLines(SourceText source, String quote, Finding finding) {
    List<String> wanted = quote.lines().map(String::strip).toList();
    Region best = null;
    for (int first = 1; first + wanted.size() - 1 <= source.lineCount(); first++) {
      if (matches(source, first, wanted)) {
        int last = first + wanted.size() - 1;
        int indent = indent(source.line(first)).length();
        var region =
            new Region(first, indent + 1, last, source.line(last).stripTrailing().length() + 1);
        if (best == null || distance(region, finding) < distance(best, finding)) {
          best = region;
        }
      }
    }
    return Optional.ofNullable(best)
        .map(
            region ->
                finding.at(
                    region,
                    slice(source, region),
                    Suggestion.of(finding).inPlaceOfLines(lines(source, region))));
  }

  private static List<String> lines(SourceText source, Region region) {
    return IntStream.rangeClosed(region.startLine(), region.endLine())
        .mapToObj(source::line)
        .toList();
  }

  private static boolean matches(SourceText source, int first, List<String> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (!source.line(first + i).strip().equals(wanted.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static String indent(String line) {
    return line.substring(0, line.length() - line.stripLeading().length());
  }

  private static String slice(SourceText source, Region region) {
    return source
        .text()
        .substring(
            source.startOf(region.startLine()) + region.startColumn() - 1,
            source.startOf(region.endLine()) + region.endColumn() - 1);
  }

  private static int distance(Region region, Finding finding) {
    return Math.abs(region.startLine() - finding.startLine());
  }
}
