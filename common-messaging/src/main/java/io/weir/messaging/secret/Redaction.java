package io.weir.messaging.secret;

import java.util.ArrayList;
import java.util.List;

/**
 * A text whose secrets are masked, and what was masked. Every character of a secret becomes one
 * {@value #MASK} and line breaks stay, so that each line keeps its number and length and every
 * other character its column.
 *
 * @param text the masked text; the very same string when there was nothing to mask
 * @param secrets what was found; their offsets hold in {@code text} too
 */
public record Redaction(String text, List<FoundSecret> secrets) {
  /** What stands for a character of a secret. */
  public static final char MASK = '*';

  // Masking one value can uncover another; each pass masks more, and a few are enough for any text
  // that is not made to need more.
  private static final int MOST_PASSES = 8;

  public Redaction {
    secrets = List.copyOf(secrets);
  }

  /** Finds and masks the secrets of {@code original}. Redacting the result again finds nothing. */
  public static Redaction of(String original) {
    List<FoundSecret> found = SecretScanner.scan(original);
    if (found.isEmpty()) {
      return new Redaction(original, List.of());
    }
    var masked = new StringBuilder(original);
    var secrets = new ArrayList<FoundSecret>();
    for (int pass = 0; !found.isEmpty() && pass < MOST_PASSES; pass++) {
      int before = secrets.size();
      for (FoundSecret secret : found) {
        if (mask(masked, secret)) {
          secrets.add(secret);
        }
      }
      found = secrets.size() == before ? List.of() : SecretScanner.scan(masked.toString());
    }
    return new Redaction(masked.toString(), secrets);
  }

  /**
   * {@code original} with those secrets masked that show themselves: formats, private keys,
   * addresses, names. What only looks random stays, since ids look random too. For logs and errors.
   */
  public static String ofLog(String original) {
    List<FoundSecret> found = SecretScanner.scanLog(original);
    if (found.isEmpty()) {
      return original;
    }
    var masked = new StringBuilder(original);
    for (int pass = 0; !found.isEmpty() && pass < MOST_PASSES; pass++) {
      boolean changed = false;
      for (FoundSecret secret : found) {
        changed |= mask(masked, secret);
      }
      found = changed ? SecretScanner.scanLog(masked.toString()) : List.of();
    }
    return masked.toString();
  }

  /** A mask of a value of {@code length} characters. */
  public static String mask(int length) {
    return String.valueOf(MASK).repeat(length);
  }

  private static boolean mask(StringBuilder text, FoundSecret secret) {
    boolean changed = false;
    for (FoundSecret.Stretch stretch : secret.masked()) {
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
