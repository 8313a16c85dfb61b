package io.weir.messaging.secret;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The checksums that some providers put into their keys: a right one can't be a coincidence. */
final class Checksums {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int CRC_DIGITS = 6;

  private Checksums() {}

  /** Whether the checksum in {@code key}, which has the format of {@code rule}, is right. */
  static boolean isRight(String rule, String key) {
    return switch (rule) {
      case "github-token", "npm-token" -> endsWithCrc(key);
      case "nats-seed" -> endsWithCrc16(key);
      default -> false;
    };
  }

  /** The last six characters are the CRC-32 of what stands before them, in base 62. */
  private static boolean endsWithCrc(String key) {
    int body = key.length() - CRC_DIGITS;
    int prefix = key.startsWith("github_pat_") ? "github_pat_".length() : 4;
    if (body <= prefix) {
      return false;
    }
    String sum = key.substring(body);
    // Classic tokens sum what follows their prefix; of the fine-grained ones it is not written
    // down.
    return sum.equals(crc(key.substring(prefix, body)))
        || sum.equals(crc(key.substring(0, body)))
        || sum.equals(crc(key.substring(key.lastIndexOf('_', body - 1) + 1, body)));
  }

  static String crc(String text) {
    var crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    var digits = new StringBuilder();
    for (long rest = crc.getValue(); digits.length() < CRC_DIGITS; rest /= BASE62.length()) {
      digits.append(BASE62.charAt((int) (rest % BASE62.length())));
    }
    return digits.reverse().toString();
  }

  /** An nkey's seed: base 32, its last two bytes the CRC-16 (XMODEM) of the others. */
  private static boolean endsWithCrc16(String key) {
    byte[] bytes = new byte[key.length() * 5 / 8];
    int buffer = 0;
    int bits = 0;
    int at = 0;
    for (int i = 0; i < key.length() && at < bytes.length; i++) {
      buffer = buffer << 5 | BASE32.indexOf(key.charAt(i));
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = (byte) (buffer >> bits);
        buffer &= (1 << bits) - 1;
      }
    }
    int crc = 0;
    for (int i = 0; i < bytes.length - 2; i++) {
      crc ^= (bytes[i] & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
      }
      crc &= 0xFFFF;
    }
    return crc == ((bytes[bytes.length - 1] & 0xFF) << 8 | (bytes[bytes.length - 2] & 0xFF));
  }
}
