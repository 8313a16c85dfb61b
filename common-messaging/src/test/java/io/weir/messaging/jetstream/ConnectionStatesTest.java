package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.ConnectionState.CLOSED;
import static io.weir.messaging.jetstream.ConnectionState.CONNECTED;
import static io.weir.messaging.jetstream.ConnectionState.CONNECTING;
import static io.weir.messaging.jetstream.ConnectionState.DEGRADED;
import static io.weir.messaging.jetstream.ConnectionState.DISCONNECTED;
import static io.weir.messaging.jetstream.ConnectionState.DRAINING;
import static io.weir.messaging.jetstream.ConnectionState.RECONNECTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.jetstream.ConnectionStates.Event;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConnectionStatesTest {
  /** Everything that moves; any other event leaves the state as it is. */
  private static final Map<ConnectionState, Map<Event, ConnectionState>> MOVES =
      Map.of(
          DISCONNECTED, Map.of(Event.STARTED, CONNECTING, Event.STOPPING, DRAINING),
          CONNECTING, Map.of(Event.ESTABLISHED, CONNECTED, Event.STOPPING, DRAINING),
          CONNECTED,
              Map.of(
                  Event.LOST,
                  RECONNECTING,
                  Event.SILENT,
                  DEGRADED,
                  Event.STOPPING,
                  DRAINING,
                  Event.ENDED,
                  CLOSED),
          DEGRADED,
              Map.of(
                  Event.LOST,
                  RECONNECTING,
                  Event.ANSWERED,
                  CONNECTED,
                  Event.STOPPING,
                  DRAINING,
                  Event.ENDED,
                  CLOSED),
          RECONNECTING,
              Map.of(Event.ESTABLISHED, CONNECTED, Event.STOPPING, DRAINING, Event.ENDED, CLOSED),
          DRAINING, Map.of(Event.ENDED, CLOSED),
          CLOSED, Map.of());

  @Test
  void onlyTheLegalEventsMoveAState() {
    for (ConnectionState state : ConnectionState.values()) {
      for (Event event : Event.values()) {
        assertEquals(
            MOVES.getOrDefault(state, Map.of()).getOrDefault(event, state),
            ConnectionStates.next(state, event),
            state + " on " + event);
      }
    }
  }

  @Test
  void aLifeFromStartToEnd() {
    var states = new ConnectionStates();
    var seen = new ArrayList<ConnectionState>(List.of(states.state()));
    for (Event event :
        List.of(
            Event.STARTED,
            Event.ESTABLISHED,
            Event.SILENT,
            Event.ANSWERED,
            Event.LOST,
            Event.ESTABLISHED,
            Event.STOPPING,
            Event.ENDED)) {
      assertTrue(states.on(event), event + " changes the state");
      seen.add(states.state());
    }
    assertEquals(
        List.of(
            DISCONNECTED,
            CONNECTING,
            CONNECTED,
            DEGRADED,
            CONNECTED,
            RECONNECTING,
            CONNECTED,
            DRAINING,
            CLOSED),
        seen);
  }

  @Test
  void aFailedFirstAttemptIsNotTheEndOfTheConnection() {
    var states = new ConnectionStates();
    assertTrue(states.on(Event.STARTED));
    assertFalse(states.on(Event.LOST));
    assertFalse(states.on(Event.ENDED));
    assertEquals(CONNECTING, states.state());
  }

  @Test
  void lateNewsOfALostConnectionDoesNotUndoADrain() {
    var states = new ConnectionStates();
    for (Event event : List.of(Event.STARTED, Event.ESTABLISHED, Event.STOPPING)) {
      assertTrue(states.on(event));
    }
    assertFalse(states.on(Event.LOST));
    assertFalse(states.on(Event.ESTABLISHED));
    assertEquals(DRAINING, states.state());
  }

  @Test
  void aDegradedConnectionIsStillAConnection() {
    var connected = EnumSet.noneOf(ConnectionState.class);
    for (ConnectionState state : ConnectionState.values()) {
      if (state.connected()) {
        connected.add(state);
      }
    }
    assertEquals(EnumSet.of(CONNECTED, DEGRADED), connected);
  }
}
