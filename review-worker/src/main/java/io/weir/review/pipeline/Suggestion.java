package io.weir.review.pipeline;

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
    int at = quote.indexOf(code);
    String before = quote.substring(0, at);
    String after = quote.substring(at + code.length());
    String fitting = text.startsWith(before) ? text.substring(before.length()) : text;
    return fitting.endsWith(after)
        ? fitting.substring(0, fitting.length() - after.length())
        : fitting;
  }

  /** Of a quote whose first line has another indentation than the file's. */
  String behind(String indent) {
    String theirs = quote.substring(0, quote.length() - quote.stripLeading().length());
    theirs = theirs.substring(theirs.lastIndexOf('\n') + 1);
    String missing = indent.endsWith(theirs) ? indent.substring(theirs.length()) : "";
    return text.strip().replaceAll("\\n(?=[^\\r\\n])", "\n" + missing);
  }
}
