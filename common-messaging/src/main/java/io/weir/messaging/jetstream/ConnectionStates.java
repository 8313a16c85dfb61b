package io.weir.messaging.jetstream;

/**
 * Where the one connection of a service stands, and what moves it. An event that has no meaning
 * where it stands changes nothing: the client tells late, from another thread, and tells the end of
 * a failed first attempt as it tells the end of a connection. Does no I/O and never blocks.
 * Thread-safe.
 */
final class ConnectionStates {
  /** What can happen to a connection. */
  enum Event {
    /** The service began to connect. */
    STARTED,
    /** The server took the connection, and subscriptions are in place. */
    ESTABLISHED,
    /** The connection broke; the client looks for another. */
    LOST,
    /** So many round trips in a row failed that the connection counts as degraded. */
    SILENT,
    /** A round trip was answered. */
    ANSWERED,
    /** The service is about to stop. */
    STOPPING,
    /** The client gave the connection up, or it was closed. */
    ENDED
  }

  private ConnectionState state = ConnectionState.DISCONNECTED;

  synchronized ConnectionState state() {
    return state;
  }

  /**
   * Takes in an event.
   *
   * @return whether it changed the state
   */
  synchronized boolean on(Event event) {
    ConnectionState next = next(state, event);
    boolean changed = next != state;
    state = next;
    return changed;
  }

  /** Where {@code event} leads from {@code state}; {@code state} itself where it means nothing. */
  static ConnectionState next(ConnectionState state, Event event) {
    return switch (state) {
      case DISCONNECTED ->
          switch (event) {
            case STARTED -> ConnectionState.CONNECTING;
            case STOPPING -> ConnectionState.DRAINING;
            case ESTABLISHED, LOST, SILENT, ANSWERED, ENDED -> state;
          };
      case CONNECTING ->
          switch (event) {
            case ESTABLISHED -> ConnectionState.CONNECTED;
            case STOPPING -> ConnectionState.DRAINING;
            // An attempt to connect that failed ends in LOST and ENDED too.
            case STARTED, LOST, SILENT, ANSWERED, ENDED -> state;
          };
      case CONNECTED ->
          switch (event) {
            case LOST -> ConnectionState.RECONNECTING;
            case SILENT -> ConnectionState.DEGRADED;
            case STOPPING -> ConnectionState.DRAINING;
            case ENDED -> ConnectionState.CLOSED;
            case STARTED, ESTABLISHED, ANSWERED -> state;
          };
      case DEGRADED ->
          switch (event) {
            case ANSWERED -> ConnectionState.CONNECTED;
            case LOST -> ConnectionState.RECONNECTING;
            case STOPPING -> ConnectionState.DRAINING;
            case ENDED -> ConnectionState.CLOSED;
            case STARTED, ESTABLISHED, SILENT -> state;
          };
      case RECONNECTING ->
          switch (event) {
            case ESTABLISHED -> ConnectionState.CONNECTED;
            case STOPPING -> ConnectionState.DRAINING;
            case ENDED -> ConnectionState.CLOSED;
            case STARTED, LOST, SILENT, ANSWERED -> state;
          };
      case DRAINING ->
          switch (event) {
            case ENDED -> ConnectionState.CLOSED;
            case STARTED, ESTABLISHED, LOST, SILENT, ANSWERED, STOPPING -> state;
          };
      case CLOSED -> state;
    };
  }
}
