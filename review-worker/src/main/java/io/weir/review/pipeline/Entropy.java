package io.weir.review.pipeline;

import java.util.HashMap;

/** Shannon entropy of a text's characters. */
final class Entropy {
  private Entropy() {}

  /** Bits a character; 0 for an empty text, at most log2 of its length. */
  static double bitsPerCharacter(String text) {
    var counts = new HashMap<Integer, Integer>();
    text.chars().forEach(c -> counts.merge(c, 1, Integer::sum));
    double bits = 0;
    for (int count : counts.values()) {
      double share = (double) count / text.length();
      bits -= share * Math.log(share) / Math.log(2);
    }
    return bits;
  }
}
