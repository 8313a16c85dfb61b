package io.weir.review.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds secrets in code, logs and settings: keys in their providers' formats, private keys, and
 * literals that are given to names such as PASSWORD or look random. Linear in the length of the
 * text.
 */
public final class SecretScanner {
  private SecretScanner() {}

  /** The secrets in {@code text}, in order, no two overlapping: the more specific rule wins. */
  public static List<Secret> scan(String text) {
    var found = new ArrayList<Secret>(PrivateKeys.find(text));
    for (List<Secret> more : List.of(KeyFormats.find(text), Assignments.find(text))) {
      for (Secret secret : more) {
        if (found.stream().noneMatch(secret::overlaps)) {
          found.add(secret);
        }
      }
    }
    found.sort(Comparator.comparingInt(Secret::start));
    return List.copyOf(found);
  }
}
