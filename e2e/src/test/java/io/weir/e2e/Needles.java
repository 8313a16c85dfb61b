package io.weir.e2e;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Secrets in all forms that software gives to texts: verbatim, base64 at each of its three
 * alignments, URL, JSON with escapes of both kinds, hexadecimal. Found in one pass, by their first
 * eight bytes.
 */
final class Needles {
  private static final int KEY = 8;

  private static final class Needle {
    final String name;
    final byte[] bytes;

    Needle(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }
  }

  private final Map<Long, List<Needle>> byStart = new HashMap<>();

  Needles(List<PlantedSecret> secrets) {
    for (PlantedSecret secret : secrets) {
      String value = secret.value();
      String name = value.substring(0, Math.min(10, value.length())) + "…";
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      add(name + " verbatim", value);
      add(name + " as a URL", URLEncoder.encode(value, StandardCharsets.UTF_8));
      add(name + " in JSON", value.replace("/", "\\/"));
      String hex = HexFormat.of().formatHex(bytes);
      add(name + " in hex", hex);
      add(name + " in hex", hex.toUpperCase(Locale.ROOT));
      for (int shift = 0; shift < 3; shift++) {
        add(name + " in base64", aligned(bytes, shift, Base64.getEncoder()));
        add(name + " in base64", aligned(bytes, shift, Base64.getUrlEncoder()));
      }
    }
  }

  /** What base64 makes of the bytes whatever stands around them. */
  private static String aligned(byte[] bytes, int shift, Base64.Encoder encoder) {
    byte[] shifted = new byte[shift + bytes.length];
    System.arraycopy(bytes, 0, shifted, shift, bytes.length);
    String text = encoder.withoutPadding().encodeToString(shifted);
    int from = shift == 0 ? 0 : shift + 1;
    int whole = (shift + bytes.length) / 3 * 4;
    return text.substring(from, whole);
  }

  private void add(String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < KEY) {
      throw new IllegalArgumentException("too short to search for: " + name);
    }
    List<Needle> there = byStart.computeIfAbsent(key(bytes, 0), _ -> new ArrayList<>());
    if (there.stream().noneMatch(one -> Arrays.equals(one.bytes, bytes))) {
      there.add(new Needle(name, bytes));
    }
  }

  /** Which secrets are in {@code hay}, and in which form. */
  Set<String> in(byte[] hay) {
    var found = new TreeSet<String>();
    long key = 0;
    for (int i = 0; i < hay.length; i++) {
      key = key << 8 | (hay[i] & 0xFF);
      int start = i - KEY + 1;
      if (start < 0) {
        continue;
      }
      List<Needle> candidates = byStart.get(key);
      if (candidates != null) {
        for (Needle needle : candidates) {
          int end = start + needle.bytes.length;
          if (end <= hay.length
              && Arrays.equals(hay, start, end, needle.bytes, 0, needle.bytes.length)) {
            found.add(needle.name);
          }
        }
      }
    }
    return found;
  }

  Set<String> in(String hay) {
    return in(hay.getBytes(StandardCharsets.UTF_8));
  }

  private static long key(byte[] bytes, int from) {
    long key = 0;
    for (int i = from; i < from + KEY; i++) {
      key = key << 8 | (bytes[i] & 0xFF);
    }
    return key;
  }
}
