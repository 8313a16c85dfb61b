package io.weir.messaging.jetstream;

/** Where the connection to NATS stands. */
public enum ConnectionState {
  DISCONNECTED,
  CONNECTING,
  CONNECTED,
  /** Connected, but the last round trips stayed without an answer. */
  DEGRADED,
  RECONNECTING,
  DRAINING,
  CLOSED;

  /** Whether there is a connection to send on. */
  boolean connected() {
    return this == CONNECTED || this == DEGRADED;
  }
}
