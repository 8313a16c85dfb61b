package io.weir.cli.check;

import com.fasterxml.jackson.databind.JsonNode;

/** A finding as a compiler would print it. */
public final class Findings {

  private Findings() {}

  /** {@code file:line:col: severity: message [rule]}. */
  public static String line(JsonNode finding) {
    return "%s:%d:%d: %s: %s [%s]"
        .formatted(
            finding.path("file").asText("?"),
            finding.path("start_line").asInt(),
            finding.path("start_column").asInt(),
            finding.path("severity").asText("?"),
            finding.path("message").asText().strip().replaceAll("\\s+", " "),
            finding.path("rule").asText("?"));
  }
}
