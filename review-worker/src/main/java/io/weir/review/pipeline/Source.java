package io.weir.review.pipeline;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Who found it, the most certain first: {@link Merge} keeps the earlier one of two that say the
 * same.
 */
public enum Source {
  SECRETS,
  LINTER,
  MODEL;

  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
