package io.weir.review.pipeline;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a job asks for. On the wire by its lower-case name. */
public enum JobType {
  REVIEW("code_reviewer"),
  DEBUG("debug_doctor"),
  ARCHITECTURE("architecture_generator");

  private final String role;

  JobType(String role) {
    this.role = role;
  }

  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of the {@link Role} that does it. */
  public String role() {
    return role;
  }

  public static Optional<JobType> parse(String text) {
    return Arrays.stream(values()).filter(type -> type.wireName().equals(text)).findFirst();
  }
}
