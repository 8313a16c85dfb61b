package io.weir.messaging.jetstream;

import io.nats.client.Options;
import io.weir.messaging.jetstream.security.NatsCredentials;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.messaging.tls.TlsFiles;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach NATS.
 *
 * @param url one or more servers, separated by commas
 * @param reconnectWait longest time between the beginnings of two attempts to reconnect. Short,
 *     since it is what a server that is back waits for us: a thousand clients at 500 ms make about
 *     2,700 attempts a second, each refused by the kernel of a machine whose server is away
 * @param connectTimeout longest wait for one connection attempt; attempts to reconnect are given up
 *     sooner when earlier ones took less
 * @param maxReconnects attempts before giving up; -1 is for ever
 * @param pingInterval how often the client looks whether the server is alive
 * @param credentials who we are
 * @param tls how the connection is encrypted; empty when it is not
 * @param roundTrips how the health of the connection is measured
 * @param replicas copies of each stream: 1 on one server, 3 in a cluster
 * @param readinessTimeout without a round-trip for so long a consumer that wants messages is not
 *     ready
 */
public record BrokerSettings(
    String url,
    Duration reconnectWait,
    Duration connectTimeout,
    int maxReconnects,
    Duration pingInterval,
    NatsCredentials credentials,
    Optional<TlsFiles> tls,
    RoundTripSettings roundTrips,
    int replicas,
    Duration readinessTimeout) {
  private static final Duration DEFAULT_RECONNECT_WAIT = Duration.ofMillis(500);

  /** Reads the {@code NATS_*} settings. */
  public static BrokerSettings read(SettingsReader settings) {
    String url =
        settings.text(
            "NATS_URL", "nats://localhost:4222", "NATS servers (nats://, tls://), by comma");
    if (!isUrl(url)) {
      settings.problem(
          "NATS_URL", masked(url), "nats://host:port or tls://host:port, or several by comma");
    }
    return new BrokerSettings(
        url,
        settings.duration(
            "NATS_RECONNECT_TIME_WAIT",
            DEFAULT_RECONNECT_WAIT,
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "longest wait between two attempts to reconnect"),
        settings.duration(
            "NATS_CONNECT_TIMEOUT",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "longest wait for one connection attempt"),
        settings.integer(
            "NATS_MAX_RECONNECT_ATTEMPTS",
            -1,
            -1,
            1_000_000,
            "attempts to reconnect; -1 is for ever"),
        settings.duration(
            "NATS_PING_INTERVAL",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            "how often the client looks whether the server is alive"),
        NatsCredentials.read(settings, url.contains("@")),
        TlsFiles.read(settings, "NATS", url.contains("tls://") || url.contains("wss://")),
        RoundTripSettings.read(settings),
        settings.integer("NATS_REPLICAS", 1, 1, 5, "copies of each stream; 3 in a cluster"),
        settings.duration(
            "SERVICE_READINESS_TIME_OUT",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "a consumer without a round-trip for so long is not ready"));
  }

  /** The client also knows {@code opentls://}, which trusts any server: not by that way. */
  private static boolean isUrl(String url) {
    try {
      var _ = new Options.Builder().server(url).build();
      return !url.contains("opentls:");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The defaults, for the server at {@code url}. */
  public static BrokerSettings local(String url) {
    return new BrokerSettings(
        url,
        DEFAULT_RECONNECT_WAIT,
        Duration.ofSeconds(10),
        -1,
        Duration.ofSeconds(10),
        new NatsCredentials.None(),
        Optional.empty(),
        RoundTripSettings.DEFAULT,
        1,
        Duration.ofSeconds(60));
  }

  /** The same with {@code copies} of each stream. */
  public BrokerSettings withReplicas(int copies) {
    return new BrokerSettings(
        url,
        reconnectWait,
        connectTimeout,
        maxReconnects,
        pingInterval,
        credentials,
        tls,
        roundTrips,
        copies,
        readinessTimeout);
  }

  /** The same with other measuring of round trips. */
  public BrokerSettings with(RoundTripSettings other) {
    return new BrokerSettings(
        url,
        reconnectWait,
        connectTimeout,
        maxReconnects,
        pingInterval,
        credentials,
        tls,
        other,
        replicas,
        readinessTimeout);
  }

  /** The servers, without credentials. */
  String shownUrl() {
    return masked(url);
  }

  /** Without the credentials of any URL in it; greedy, since a password may hold an at sign. */
  static String masked(String text) {
    return text.replaceAll("//[^\\s,\\]]*@", "//***@");
  }
}
