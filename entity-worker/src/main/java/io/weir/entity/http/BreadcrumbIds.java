package io.weir.entity.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/** Ids of breadcrumbs: single subject tokens. Stateless. */
final class BreadcrumbIds {
  private static final int LONGEST = 128;
  private static final int HASH_BYTES = 18;

  private BreadcrumbIds() {}

  /** A new one. */
  static String random() {
    return UUID.randomUUID().toString();
  }

  /**
   * The one that {@code owner}'s request with this idempotency key makes, however often it is sent.
   */
  static String of(String owner, String idempotencyKey) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          (owner.length() + ":" + owner + idempotencyKey).getBytes(StandardCharsets.UTF_8));
      byte[] hash = Arrays.copyOf(digest.digest(), HASH_BYTES);
      return "k" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Whether {@code id} can be one at all. */
  static boolean isValid(String id) {
    return !id.isEmpty()
        && id.length() <= LONGEST
        && id.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '_');
  }
}
