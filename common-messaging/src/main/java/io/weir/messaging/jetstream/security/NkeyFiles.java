package io.weir.messaging.jetstream.security;

import io.nats.client.NKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files that hold nkeys: a bare seed, or a user's JWT with its seed. */
final class NkeyFiles {
  /** A user's seed in its base32 form, on a line of its own. */
  private static final Pattern SEED = Pattern.compile("(?m)^\\s*(SU[A-Z2-7]{56})\\s*$");

  private static final Pattern JWT =
      Pattern.compile("(?m)^\\s*(eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+)\\s*$");

  private NkeyFiles() {}

  /** What a seed file would have to be; empty when it is. */
  static Optional<String> seedProblem(Path file) {
    try {
      seed(file).clear();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("a readable file");
    } catch (IllegalArgumentException e) {
      return Optional.of("a file with the seed of a user nkey (SU...), intact");
    }
  }

  /** What a credentials file would have to be; empty when it is. */
  static Optional<String> credsProblem(Path file) {
    try {
      if (!JWT.matcher(text(file)).find()) {
        return Optional.of("a credentials file with a user's JWT and its seed; the JWT is missing");
      }
      seed(file).clear();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("a readable file");
    } catch (IllegalArgumentException e) {
      return Optional.of(
          "a credentials file with a user's JWT and its seed; no intact seed (SU...) is in it");
    }
  }

  /**
   * The key in {@code file}.
   *
   * @throws IllegalArgumentException when none is in it; tells nothing of the content
   */
  static NKey seed(Path file) throws IOException {
    Matcher seed = SEED.matcher(text(file));
    if (!seed.find()) {
      throw new IllegalArgumentException("no user seed in " + file);
    }
    NKey key = NKey.fromSeed(seed.group(1).toCharArray());
    try {
      var _ = key.getPublicKey();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no usable seed in " + file, e);
    }
    return key;
  }

  private static String text(Path file) throws IOException {
    // Latin-1 takes any byte, so that a binary file is "no seed" and not "not readable".
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
