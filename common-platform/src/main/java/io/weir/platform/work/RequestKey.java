package io.weir.platform.work;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What an idempotency key is unique in: a user and a route.
 *
 * @param user whose request it is; another user's key is another one
 * @param route method and path
 * @param key as the client gave it
 */
public record RequestKey(String user, String route, String key) {

  /** The id of its record: 64 hexadecimal digits, from which nothing can be read. */
  String id() {
    MessageDigest digest = sha256();
    for (String part : new String[] {user, route, key}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      // Lengths go in before contents, so that ("ab", "c") and ("a", "bc") differ.
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** What tells a body from another one. */
  static String fingerprint(ByteString body) {
    MessageDigest digest = sha256();
    digest.update(body.asReadOnlyByteBuffer());
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
