package io.weir.kills.lane;

import java.util.Map;

/** The services that are killed. */
public enum Kind {
  REVIEW("review-worker"),
  ENTITY("entity-worker"),
  ENRICHER("enricher-service");

  private final String module;

  Kind(String module) {
    this.module = module;
  }

  public String module() {
    return module;
  }

  /** Settings that let the dead be missed soon. */
  Map<String, String> settings() {
    return switch (this) {
      case REVIEW ->
          Map.of(
              "REVIEW_ACK_WAIT", "2s",
              "REVIEW_CLAIM_LEASE", "1s",
              "USAGE_OPEN_FOR", "10s",
              "USAGE_SWEEP_EVERY", "200ms");
      case ENTITY -> Map.of("ENTITY_ACK_WAIT", "2s", "AGENT_ID", "kills");
      case ENRICHER ->
          Map.of(
              "ENRICHER_ACK_WAIT", "2s",
              "USAGE_OPEN_FOR", "10s",
              "USAGE_SWEEP_EVERY", "200ms");
    };
  }
}
