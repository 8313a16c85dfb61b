package io.weir.localstack;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.jspecify.annotations.Nullable;

/** The bytes of a text in the file. Safe for threads. */
final class StoredText {
  private static final int KNOWN_NAMES = 1024; // a power of two
  private static final int LONGEST_KNOWN_NAME = 32;

  /**
   * Names of fields read before, by a hash of their bytes: thousands of documents share few names.
   * Threads may overwrite each other's; a string is whole for whoever sees it.
   */
  private final @Nullable String[] names = new @Nullable String[KNOWN_NAMES];

  /** The length doubled, odd for UTF-16: UTF-8 has no bytes for half of a surrogate pair. */
  static void write(WriteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (mayHaveLostSomething(bytes) && !new String(bytes, StandardCharsets.UTF_8).equals(text)) {
      out.putVarInt((text.length() << 1) | 1);
      for (int i = 0; i < text.length(); i++) {
        out.putChar(text.charAt(i));
      }
      return;
    }
    out.putVarInt(bytes.length << 1);
    out.put(bytes);
  }

  /** Whether there is the question mark that Java's encoder writes instead of half a pair. */
  private static boolean mayHaveLostSomething(byte[] bytes) {
    for (byte b : bytes) {
      if (b == '?') {
        return true;
      }
    }
    return false;
  }

  static String read(ByteBuffer in) {
    int header = DataUtils.readVarInt(in);
    int length = header >>> 1;
    if ((header & 1) == 0) {
      return utf8(in, length);
    }
    char[] chars = new char[length];
    for (int i = 0; i < length; i++) {
      chars[i] = in.getChar();
    }
    return new String(chars);
  }

  private static String utf8(ByteBuffer in, int length) {
    if (!in.hasArray()) {
      return new String(bytes(in, length), StandardCharsets.UTF_8);
    }
    int start = in.position();
    in.position(start + length);
    return new String(in.array(), in.arrayOffset() + start, length, StandardCharsets.UTF_8);
  }

  /** As {@link #read}, for texts of which few are different. */
  String readName(ByteBuffer in) {
    int start = in.position();
    int header = DataUtils.readVarInt(in);
    int length = header >>> 1;
    if ((header & 1) == 0 && length <= LONGEST_KNOWN_NAME) {
      int first = in.position();
      int hash = length;
      for (int i = 0; i < length; i++) {
        hash = 31 * hash + in.get(first + i);
      }
      int slot = (hash ^ (hash >>> 15)) & (KNOWN_NAMES - 1);
      String known = names[slot];
      if (known != null && isAscii(known, in, first, length)) {
        in.position(first + length);
        return known;
      }
      String name = utf8(in, length);
      names[slot] = name;
      return name;
    }
    in.position(start);
    return read(in);
  }

  private static boolean isAscii(String known, ByteBuffer in, int first, int length) {
    if (known.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte b = in.get(first + i);
      if (b < 0 || known.charAt(i) != b) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
