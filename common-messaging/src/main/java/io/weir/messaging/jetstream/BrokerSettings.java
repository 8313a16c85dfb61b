package io.weir.messaging.jetstream;

import io.nats.client.Options;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach NATS.
 *
 * @param url one or more servers, separated by commas
 * @param reconnectWait longest wait between two attempts to reconnect
 * @param connectTimeout longest wait for one connection attempt
 * @param maxReconnects attempts before giving up; -1 is for ever
 * @param pingInterval how often the client looks whether the server is alive
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
    Optional<String> user,
    Optional<Secret> password,
    Optional<Secret> token,
    Optional<String> credentialsFile,
    int replicas,
    Duration readinessTimeout) {

  /** Reads the {@code NATS_*} settings. */
  public static BrokerSettings read(SettingsReader settings) {
    String url =
        settings.text("NATS_URL", "nats://localhost:4222", "NATS servers, separated by commas");
    if (!isUrl(url)) {
      settings.problem("NATS_URL", Broker.masked(url), "nats://host:port, or several by comma");
    }
    return new BrokerSettings(
        url,
        settings.duration(
            "NATS_RECONNECT_TIME_WAIT",
            Duration.ofSeconds(2),
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
        settings.optionalText("NATS_USER", "NATS user name"),
        settings.secret("NATS_PASSWORD", "NATS password"),
        settings.secret("NATS_TOKEN", "NATS token"),
        settings.optionalText("NATS_CREDS_FILE", "NATS credentials file (JWT and seed)"),
        settings.integer("NATS_REPLICAS", 1, 1, 5, "copies of each stream; 3 in a cluster"),
        settings.duration(
            "SERVICE_READINESS_TIME_OUT",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "a consumer without a round-trip for so long is not ready"));
  }

  private static boolean isUrl(String url) {
    try {
      var _ = new Options.Builder().server(url).build();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The defaults, for the server at {@code url}. */
  public static BrokerSettings local(String url) {
    return new BrokerSettings(
        url,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        -1,
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Duration.ofSeconds(60));
  }
}
