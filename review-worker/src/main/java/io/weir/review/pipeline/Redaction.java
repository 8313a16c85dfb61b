package io.weir.review.pipeline;

import java.util.ArrayList;
import java.util.List;

/**
 * A text whose secrets are masked, and what was masked. Every character of a secret becomes one
 * {@value #MASK} and line breaks stay, so that each line keeps its number and length and every
 * other character its column.
 *
 * @param text the masked text
 * @param secrets what was found; their offsets hold in {@code text} too
 */
public record Redaction(String text, List<Secret> secrets) {
  static final char MASK = '*';

  public Redaction {
    secrets = List.copyOf(secrets);
  }

  /** Finds and masks the secrets of {@code original}. Redacting the result again finds nothing. */
  public static Redaction of(String original) {
    var masked = new StringBuilder(original);
    var secrets = new ArrayList<Secret>();
    // Masking one value can uncover another (a token inside a longer literal); it ends, as each
    // pass masks more.
    List<Secret> found = SecretScanner.scan(original);
    while (!found.isEmpty()) {
      int before = secrets.size();
      for (Secret secret : found) {
        if (mask(masked, secret)) {
          secrets.add(secret);
        }
      }
      found = secrets.size() == before ? List.of() : SecretScanner.scan(masked.toString());
    }
    return new Redaction(masked.toString(), secrets);
  }

  /** The secrets as findings in {@code file}: high severity, the value never shown. */
  public List<Finding> findings(String file) {
    var source = new SourceText(text);
    return secrets.stream().map(secret -> finding(file, source, secret)).toList();
  }

  private Finding finding(String file, SourceText source, Secret secret) {
    Region region = source.region(secret.start(), secret.end());
    return new Finding(
        file,
        region.startLine(),
        region.startColumn(),
        region.endLine(),
        region.endColumn(),
        secret.rule().equals("high-entropy-string") ? Severity.HIGH : Severity.CRITICAL,
        "security",
        secret.rule(),
        "A %s stands in the code (%d characters, masked here). Revoke it and read it from the environment or a vault."
            .formatted(
                secret.title(), secret.masked().stream().mapToInt(s -> s.end() - s.start()).sum()),
        source.line(region.startLine()),
        "",
        secret.rule().equals("high-entropy-string") ? 0.6 : 0.9,
        Source.SECRETS);
  }

  private static boolean mask(StringBuilder text, Secret secret) {
    boolean changed = false;
    for (Secret.Stretch stretch : secret.masked()) {
      for (int i = stretch.start(); i < stretch.end(); i++) {
        char c = text.charAt(i);
        if (c != '\n' && c != '\r' && c != MASK) {
          text.setCharAt(i, MASK);
          changed = true;
        }
      }
    }
    return changed;
  }
}
