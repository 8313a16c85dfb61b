package io.weir.review.pipeline;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Two lines that mark foreign text as data. The mark is derived from the text itself, so the same
 * text gives the same prompt, and it cannot occur in it. Nor is it taken for a secret that the text
 * before it announces, such as a log that ends in {@code Password:}.
 */
record Fence(String mark) {
  static Fence around(String text) {
    String seed = text;
    String mark;
    do {
      mark = "DATA" + sha256(seed).substring(0, 20).replaceAll("(.{4})", "-$1");
      seed = mark + seed;
    } while (text.contains(mark));
    return new Fence(mark);
  }

  String enclose(String text) {
    return "<<<" + mark + "\n" + text + (text.endsWith("\n") ? "\n" : "\n\n") + mark + ">>>";
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
