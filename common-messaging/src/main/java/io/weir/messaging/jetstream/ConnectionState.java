package io.weir.messaging.jetstream;

/** Where the connection to NATS stands. */
public enum ConnectionState {
  DISCONNECTED,
  CONNECTING,
  CONNECTED,
  RECONNECTING,
  DRAINING,
  CLOSED
}
