package io.weir.messaging.health;

import java.util.List;
import java.util.Map;

/** A component that has something to say in {@code /health}. Answers at once, from memory. */
public interface HealthSource {
  /** How the things it watches stand now. */
  List<HealthCheck> checks();

  /** Top-level entries of the health page, such as {@code nats: "connected"}. */
  default Map<String, Object> facts() {
    return Map.of();
  }
}
