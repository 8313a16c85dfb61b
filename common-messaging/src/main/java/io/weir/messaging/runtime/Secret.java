package io.weir.messaging.runtime;

/**
 * A value that never shows itself: not in logs, errors, the printed configuration or a record's
 * {@code toString}.
 *
 * @param reveal the value, for the one place that must send it
 */
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
