package io.weir.messaging.secret;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Finds secrets in code, logs and settings. Linear in the length of the text: 50 KB of anything
 * take milliseconds.
 */
public final class SecretScanner {
  private SecretScanner() {}

  /** The secrets in {@code text}, in order, no two overlapping: the more specific rule wins. */
  public static List<FoundSecret> scan(String text) {
    return scan(text, true);
  }

  /** As {@link #scan}, without what only looks random. */
  static List<FoundSecret> scanLog(String text) {
    return scan(text, false);
  }

  /** Whether {@code value}, as the whole value of a field called {@code name}, is a secret. */
  public static boolean isSecret(String name, String value) {
    return Names.kind(name) != Names.Kind.NONE && Values.isSecret(Names.kind(name), name, value);
  }

  /** Whether a field called {@code name} holds a secret, whatever its value. */
  public static boolean namesASecret(String name) {
    Names.Kind kind = Names.kind(name);
    return kind == Names.Kind.PASSWORD || kind == Names.Kind.SECRET;
  }

  private static List<FoundSecret> scan(String text, boolean random) {
    OneWord.Kind word = OneWord.kind(text);
    if (word == OneWord.Kind.HEXADECIMAL && !KeyFormats.BEGIN_IN_HEXADECIMAL) {
      return List.of();
    }
    return scan(text, random, word == OneWord.Kind.NONE);
  }

  /**
   * @param whole whether anything but providers' keys can be there
   */
  static List<FoundSecret> scan(String text, boolean random, boolean whole) {
    var all = new ArrayList<FoundSecret>();
    if (whole) {
      PrivateKeys.find(text, all);
    }
    KeyFormats.find(text, all);
    if (whole) {
      Addresses.find(text, all);
      Commands.find(text, all);
      Assignments.find(text, random, all);
    }
    if (all.size() < 2) {
      return List.copyOf(all);
    }
    var kept = new TreeMap<Integer, FoundSecret>();
    for (FoundSecret secret : all) {
      var before = kept.lowerEntry(secret.end());
      if (before == null || !before.getValue().overlaps(secret)) {
        kept.put(secret.start(), secret);
      }
    }
    return kept.values().stream().sorted(Comparator.comparingInt(FoundSecret::start)).toList();
  }
}
