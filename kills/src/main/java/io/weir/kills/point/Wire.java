package io.weir.kills.point;

/** Where a step is seen. */
public enum Wire {
  MONGO,
  /** What the service sends to NATS. */
  NATS,
  /** A message that NATS delivers to the service. */
  DELIVERY,
  LLM,
  SEARCH
}
