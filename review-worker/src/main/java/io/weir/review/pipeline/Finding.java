package io.weir.review.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One thing worth a reader's attention. Lines and columns are 1-based, columns count UTF-16 units,
 * the end column is exclusive.
 *
 * @param rule the name under which its source knows it, such as {@code unused-import}
 * @param existingCode the code it is about, as it stands in the (redacted) file; may be empty
 * @param suggestion what to write instead, empty when there is none
 * @param confidence 0 to 1
 */
public record Finding(
    @JsonProperty("file") String file,
    @JsonProperty("start_line") int startLine,
    @JsonProperty("start_column") int startColumn,
    @JsonProperty("end_line") int endLine,
    @JsonProperty("end_column") int endColumn,
    @JsonProperty("severity") Severity severity,
    @JsonProperty("category") String category,
    @JsonProperty("rule") String rule,
    @JsonProperty("message") String message,
    @JsonProperty("existing_code") String existingCode,
    @JsonProperty("suggestion") String suggestion,
    @JsonProperty("confidence") double confidence,
    @JsonProperty("source") Source source) {

  public Finding {
    if (startLine < 1 || startColumn < 1 || endLine < startLine || endColumn < 1) {
      throw new IllegalArgumentException(
          "positions are 1-based and end after they start, found %d:%d to %d:%d"
              .formatted(startLine, startColumn, endLine, endColumn));
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence is 0 to 1, found " + confidence);
    }
  }

  /** The same finding at another place in the file, with a suggestion that fits there. */
  public Finding at(Region region, String code, String fitting) {
    return new Finding(
        file,
        region.startLine(),
        region.startColumn(),
        region.endLine(),
        region.endColumn(),
        severity,
        category,
        rule,
        message,
        code,
        fitting,
        confidence,
        source);
  }
}
