package io.weir.entity.pipeline;

import io.weir.entity.pipeline.recognise.TextField;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether what extraction reads has changed. Stateless. */
public final class ContentHash {
  private ContentHash() {}

  /**
   * SHA-256, in hex, over the schema and the readable fields of {@code document}; two documents
   * share it only where extraction can't tell them apart.
   */
  public static String of(Document document) {
    MessageDigest digest = sha256();
    // Lengths go in too, or "ab" + "c" would be "a" + "bc".
    update(digest, document.schemaName());
    for (TextField field : document.fields()) {
      update(digest, field.name());
      update(digest, field.text());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
