package io.weir.messaging.jetstream.security;

import io.nats.client.AuthHandler;
import io.nats.client.NKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Signs what the server asks to be signed, with the seed that is in the file at that time.
 * Thread-safe.
 */
final class NkeyLogin implements AuthHandler {
  private final Path seedFile;

  NkeyLogin(Path seedFile) {
    this.seedFile = seedFile;
  }

  @Override
  public byte[] sign(byte[] nonce) {
    return with(key -> key.sign(nonce));
  }

  @Override
  public char[] getID() {
    return with(NKey::getPublicKey);
  }

  /** None: the server knows the key itself. */
  @Override
  public char @Nullable [] getJWT() {
    return null;
  }

  @FunctionalInterface
  private interface Use<T> {
    T of(NKey key) throws GeneralSecurityException, IOException;
  }

  private <T> T with(Use<T> use) {
    try {
      NKey key = NkeyFiles.seed(seedFile);
      try {
        return use.of(key);
      } finally {
        key.clear();
      }
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new IllegalStateException("the seed in " + seedFile + " can't be used", e);
    }
  }
}
