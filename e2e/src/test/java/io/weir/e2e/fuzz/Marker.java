package io.weir.e2e.fuzz;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Names a request in all that becomes of it: as its correlation id, and in its fields. */
final class Marker {
  private static final Pattern PATTERN = Pattern.compile("fz([0-9a-f]+)-([a-z]+)-(\\d+)-z");

  private Marker() {}

  static String of(long seed, String service, int index) {
    return "fz" + Long.toHexString(seed) + "-" + service.split("-", 2)[0] + "-" + index + "-z";
  }

  /** The requests of {@code service} that {@code text} comes from. */
  static Set<Integer> in(String text, long seed, String service) {
    var found = new TreeSet<Integer>();
    var matcher = PATTERN.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals(Long.toHexString(seed))
          && matcher.group(2).equals(service.split("-", 2)[0])) {
        found.add(Integer.valueOf(matcher.group(3)));
      }
    }
    return found;
  }
}
