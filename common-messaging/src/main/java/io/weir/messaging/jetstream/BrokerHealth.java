package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.nats.client.api.ServerInfo;
import io.weir.messaging.health.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What a {@link Broker} says of itself and its server to those who look. Thread-safe. */
final class BrokerHealth {
  private final Logger log = LoggerFactory.getLogger(BrokerHealth.class);
  private final BrokerSettings settings;
  private final ConnectionStates states;
  private final BrokerCallbacks callbacks;
  private final RoundTripHealth roundTrips;

  BrokerHealth(
      BrokerSettings settings,
      ConnectionStates states,
      BrokerCallbacks callbacks,
      RoundTripHealth roundTrips,
      MeterRegistry meters) {
    this.settings = settings;
    this.states = states;
    this.callbacks = callbacks;
    this.roundTrips = roundTrips;
    Gauge.builder("weir.nats.connected", () -> states.state().connected() ? 1 : 0)
        .description("1 while connected to NATS, degraded or not.")
        .register(meters);
    for (ConnectionState each : ConnectionState.values()) {
      Gauge.builder("weir.nats.connection.state", () -> states.state() == each ? 1 : 0)
          .description("1 for the state that the connection to NATS is in, 0 for the others.")
          .tag("state", shown(each))
          .register(meters);
    }
  }

  /** The connection, and the server once there was one. */
  List<HealthCheck> checks(@Nullable Connection connection) {
    return connection == null
        ? List.of(ofConnection())
        : List.of(ofConnection(), ServerAdvice.check(advice(connection.getServerInfo())));
  }

  HealthCheck ofConnection() {
    ConnectionState state = states.state();
    String error = callbacks.lastError();
    HealthCheck check =
        switch (state) {
          case CONNECTED -> HealthCheck.ok("nats");
          case DEGRADED ->
              HealthCheck.degraded(
                  "nats",
                  "degraded (%s): no answer to the last %d round trips"
                      .formatted(settings.shownUrl(), roundTrips.failedInARow()),
                  "messages may be late; the connection is made anew if the server stays silent");
          case DISCONNECTED, CONNECTING, RECONNECTING, DRAINING, CLOSED ->
              HealthCheck.down(
                  "nats",
                  "%s (%s)%s"
                      .formatted(
                          shown(state), settings.shownUrl(), error.isEmpty() ? "" : ": " + error),
                  "messages wait in their streams; accepted requests wait in the store");
        };
    Duration age = roundTrips.age(System.nanoTime());
    return age == null ? check : check.withAge(age, settings.roundTrips().threshold());
  }

  Map<String, Object> facts() {
    return Map.of("nats", states.state().connected() ? "connected" : "disconnected");
  }

  /** Logs what is to be known about the server. */
  void say(ServerInfo server) {
    for (ServerAdvice.Advice each : advice(server)) {
      log.atLevel(each.level() == ServerAdvice.Level.NOTE ? Level.INFO : Level.WARN)
          .addKeyValue("found", each.fact())
          .addKeyValue("consequence", each.consequence())
          .addKeyValue("remedy", each.remedy())
          .log("nats-server");
    }
    if (settings.tls().isPresent() && !settings.tls().get().verify()) {
      log.atWarn()
          .addKeyValue("remedy", "set NATS_TLS_VERIFY to true, and NATS_TLS_CA_FILE")
          .log("the NATS server's certificate is not verified: anybody can pose as it");
    }
  }

  private List<ServerAdvice.Advice> advice(ServerInfo server) {
    return ServerAdvice.of(server.getVersion(), settings.replicas(), server.getCluster() != null);
  }

  private static String shown(ConnectionState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
