package io.weir.review.pipeline;

import io.weir.messaging.secret.FoundSecret;
import io.weir.messaging.secret.FoundSecret.Certainty;
import io.weir.messaging.secret.Redaction;
import java.util.List;

/** What was masked in a file, as findings: where, of which kind, and never the value. */
public final class SecretFindings {
  private SecretFindings() {}

  /** The secrets of {@code redaction} as findings in {@code file}. */
  public static List<Finding> of(Redaction redaction, String file) {
    var source = new SourceText(redaction.text());
    return redaction.secrets().stream().map(secret -> finding(file, source, secret)).toList();
  }

  private static Finding finding(String file, SourceText source, FoundSecret secret) {
    Region region = source.region(secret.start(), secret.end());
    return new Finding(
        file,
        region.startLine(),
        region.startColumn(),
        region.endLine(),
        region.endColumn(),
        secret.certainty() == Certainty.RANDOM ? Severity.HIGH : Severity.CRITICAL,
        "security",
        secret.rule(),
        "A %s stands in the code (%d characters, masked here%s). Revoke it and read it from the environment or a vault."
            .formatted(
                secret.title(),
                secret.masked().stream().mapToInt(s -> s.end() - s.start()).sum(),
                secret.certainty() == Certainty.VERIFIED ? "; its checksum is right" : ""),
        source.line(region.startLine()),
        "",
        confidence(secret.certainty()),
        Source.SECRETS);
  }

  private static double confidence(Certainty certainty) {
    return switch (certainty) {
      case VERIFIED -> 0.99;
      case FORMAT, NAME -> 0.9;
      case RANDOM -> 0.6;
    };
  }
}
