package io.weir.messaging.secret;

import java.util.Arrays;
import java.util.Set;

/** A list of words as a set. */
final class Words {
  private Words() {}

  static Set<String> of(String list) {
    return Set.copyOf(Arrays.asList(list.strip().split("\\s+")));
  }
}
