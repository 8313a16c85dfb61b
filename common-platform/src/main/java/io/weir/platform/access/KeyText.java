package io.weir.platform.access;

import io.weir.messaging.runtime.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An API key as its holder has it: {@code weir_<id>_<secret>}. The id (12 characters) names the key
 * and is no secret; the secret (43 characters of 62 kinds) has 256 random bits, so that a plain
 * SHA-256 of it can be stored: there is nothing to guess. The fixed beginning lets scanners find
 * keys that got lost. Never shows its secret by itself, and has no {@code equals}, whose duration
 * would tell of it. Immutable.
 */
public final class KeyText {
  /** What every key begins with. */
  public static final String PREFIX = "weir_";

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_LENGTH = 12;
  private static final int SECRET_LENGTH = 43;
  private static final int LENGTH = PREFIX.length() + ID_LENGTH + 1 + SECRET_LENGTH;
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{" + ID_LENGTH + "}");

  private final String id;
  private final String secret;

  private KeyText(String id, String secret) {
    this.id = id;
    this.secret = secret;
  }

  /** A new key. */
  public static KeyText make(SecureRandom random) {
    return new KeyText(letters(random, ID_LENGTH), letters(random, SECRET_LENGTH));
  }

  /** The key that {@code text} is; empty unless it has exactly the form of one. */
  public static Optional<KeyText> parse(String text) {
    int secretAt = LENGTH - SECRET_LENGTH;
    if (text.length() != LENGTH
        || !text.startsWith(PREFIX)
        || text.charAt(secretAt - 1) != '_'
        || !isLetters(text, PREFIX.length(), secretAt - 1)
        || !isLetters(text, secretAt, LENGTH)) {
      return Optional.empty();
    }
    return Optional.of(
        new KeyText(text.substring(PREFIX.length(), secretAt - 1), text.substring(secretAt)));
  }

  /** Not by a regular expression, which would take longer: every request with a key comes by. */
  private static boolean isLetters(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (ALPHABET.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The id in what a person calls a key: the id alone, {@code weir_<id>}, or the whole key.
   *
   * @return empty when it is none of these
   */
  public static Optional<String> idIn(String text) {
    String bare = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    return parse(text)
        .map(KeyText::id)
        .or(() -> Optional.of(bare).filter(id -> ID.matcher(id).matches()));
  }

  /** What names the key; may be shown and logged. */
  public String id() {
    return id;
  }

  /** The whole key, for its holder alone. */
  public Secret text() {
    return new Secret(PREFIX + id + "_" + secret);
  }

  /** What is stored of the secret: its SHA-256, in hex. */
  public String hash() {
    return HexFormat.of().formatHex(sha256().digest(secret.getBytes(StandardCharsets.US_ASCII)));
  }

  /**
   * Whether {@code storedHash} is this secret's. Takes as long whatever the two have in common, so
   * that answers tell nobody how near a guess was.
   */
  public boolean matches(String storedHash) {
    return MessageDigest.isEqual(
        hash().getBytes(StandardCharsets.US_ASCII), storedHash.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return PREFIX + id + "_***";
  }

  // 62^43 is just above 2^256; nextInt favours no letter.
  private static String letters(SecureRandom random, int length) {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
