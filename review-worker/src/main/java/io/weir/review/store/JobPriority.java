package io.weir.review.store;

import java.util.Locale;

/** How urgent a job is; a token of its subject. On the wire by its lower-case name. */
public enum JobPriority {
  HIGH,
  NORMAL,
  LOW;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
