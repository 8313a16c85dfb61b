package io.weir.review.store;

import java.util.Locale;

/** Where a job is. On the wire by its lower-case name. */
public enum JobStatus {
  PENDING,
  PROCESSING,
  COMPLETED,
  FAILED,
  CANCELLED;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether nothing more will happen to the job. */
  public boolean isFinal() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }

  static JobStatus ofWire(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
