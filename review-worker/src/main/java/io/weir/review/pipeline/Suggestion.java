package io.weir.review.pipeline;

import java.util.List;

/**
 * What a model would write in place of its quote. A quote's region begins and ends with the code,
 * without the blanks around it, and so must what takes its place.
 *
 * @param quote as the model had it
 */
record Suggestion(String quote, String text) {
  static Suggestion of(Finding finding) {
    return new Suggestion(finding.existingCode(), finding.suggestion());
  }

  /** Of a quote that is in the file as it is but for the blanks around it. */
  String inPlaceOf(String code) {
    String after = quote.substring(quote.indexOf(code) + code.length());
    String fitting = text.substring(indent(text).length());
    return fitting.endsWith(after)
        ? fitting.substring(0, fitting.length() - after.length())
        : fitting;
  }

  /**
   * Of a quote whose lines have other blanks around them than those of the file have.
   *
   * @param lines of the file, whole ones
   */
  String inPlaceOfLines(List<String> lines) {
    List<String> quoted = quote.lines().dropWhile(String::isBlank).toList();
    // A line may have lost its indentation alone: what all have lost is what the whole lacks.
    String missing = missing(lines.getFirst(), quoted.getFirst());
    for (int i = 1; i < Math.min(lines.size(), quoted.size()); i++) {
      String here = missing(lines.get(i), quoted.get(i));
      missing = quoted.get(i).isBlank() || here.length() > missing.length() ? missing : here;
    }
    return text.strip().replaceAll("\\n(?=[^\\r\\n])", "\n" + missing);
  }

  private static String missing(String line, String quoted) {
    String ours = indent(line);
    String theirs = indent(quoted);
    return ours.endsWith(theirs) ? ours.substring(0, ours.length() - theirs.length()) : "";
  }

  private static String indent(String code) {
    int at = 0;
    while (at < code.length() && (code.charAt(at) == ' ' || code.charAt(at) == '\t')) {
      at++;
    }
    return code.substring(0, at);
  }
}
