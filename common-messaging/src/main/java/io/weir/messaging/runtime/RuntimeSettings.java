package io.weir.messaging.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What every service process has, whatever it does. */
record RuntimeSettings(
    String host,
    int port,
    int managementPort,
    Duration drainTimeout,
    String logLevel,
    String logFormat,
    Path logFolder,
    boolean allowUnauthenticated) {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

  static RuntimeSettings read(SettingsReader settings, int defaultPort) {
    String host = settings.text("HTTP_HOST", "127.0.0.1", "address that HTTP listens on");
    boolean open =
        settings.flag(
            "ALLOW_UNAUTHENTICATED",
            false,
            "serve HTTP without authentication on an address others can reach");
    int port = settings.port("HTTP_PORT", defaultPort, "port of the HTTP interface");
    return new RuntimeSettings(
        host,
        port,
        settings.port("MANAGEMENT_PORT", port, "port of /health and /metrics"),
        settings.duration(
            "DRAIN_TIMEOUT",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofMinutes(30),
            "how long work in hand may take to finish at a stop"),
        settings.choice(
            "LOG_LEVEL",
            "INFO",
            List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR"),
            "least level that is logged"),
        settings.choice(
            "LOG_FORMAT", "text", List.of("text", "json"), "text for people or ECS JSON"),
        Path.of(settings.text("LOG_DIR", "logs", "folder of the rolling log file")),
        open);
  }

  /**
   * Why a service must not start.
   *
   * @param open whether it has routes that ask nobody who they are
   */
  Optional<String> refusal(boolean open) {
    return open && !isLoopback() && !allowUnauthenticated
        ? Optional.of(
            ("HTTP_HOST: got \"%s\", wants a loopback address, because this service asks nobody who"
                    + " they are; set HTTP_AUTH where it can ask, or ALLOW_UNAUTHENTICATED=true where"
                    + " the network itself keeps others out")
                .formatted(host))
        : Optional.empty();
  }

  /** Whether nobody but this machine can reach it. */
  boolean isLoopback() {
    return LOOPBACK.contains(host);
  }
}
