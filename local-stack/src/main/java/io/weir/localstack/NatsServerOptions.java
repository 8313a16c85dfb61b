package io.weir.localstack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How a {@link NatsServer} is started.
 *
 * @param directory gets {@code nats.conf}, {@code nats.log} and {@code jetstream/}
 * @param port for clients; 0 lets the server pick a free one, which it keeps over {@link
 *     NatsServer#restart()}
 * @param monitorPort for {@code /healthz} and {@code /varz}; 0 likewise
 * @param serverName unique name of the server
 * @param extraConfig appended to the configuration file: TLS, users, cluster
 * @param awaitHealth whether a start waits until {@code /healthz} is 200; a single member of a
 *     cluster is not healthy before its peers are there, so tests of clusters start without and
 *     call {@link NatsServer#awaitHealthy}
 * @param readyWithin how long a start may take
 * @param binary the program, else {@link NatsBinary#find()}
 * @param undertaker who ends the server when this JVM dies, else one of its own
 */
public record NatsServerOptions(
    Path directory,
    int port,
    int monitorPort,
    String serverName,
    String extraConfig,
    boolean awaitHealth,
    Duration readyWithin,
    Optional<NatsBinary> binary,
    Optional<Undertaker> undertaker) {

  /** Free ports, a random name, ready within 15 s. */
  public static NatsServerOptions in(Path directory) {
    String name = "weir-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return new NatsServerOptions(
        directory.toAbsolutePath(),
        0,
        0,
        name,
        "",
        true,
        Duration.ofSeconds(15),
        Optional.empty(),
        Optional.empty());
  }

  public NatsServerOptions withPorts(int client, int monitor) {
    return new NatsServerOptions(
        directory,
        client,
        monitor,
        serverName,
        extraConfig,
        awaitHealth,
        readyWithin,
        binary,
        undertaker);
  }

  public NatsServerOptions withServerName(String name) {
    return new NatsServerOptions(
        directory,
        port,
        monitorPort,
        name,
        extraConfig,
        awaitHealth,
        readyWithin,
        binary,
        undertaker);
  }

  public NatsServerOptions withExtraConfig(String text) {
    return new NatsServerOptions(
        directory,
        port,
        monitorPort,
        serverName,
        text,
        awaitHealth,
        readyWithin,
        binary,
        undertaker);
  }

  public NatsServerOptions withoutAwaitingHealth() {
    return new NatsServerOptions(
        directory,
        port,
        monitorPort,
        serverName,
        extraConfig,
        false,
        readyWithin,
        binary,
        undertaker);
  }

  public NatsServerOptions withReadyWithin(Duration time) {
    return new NatsServerOptions(
        directory,
        port,
        monitorPort,
        serverName,
        extraConfig,
        awaitHealth,
        time,
        binary,
        undertaker);
  }

  public NatsServerOptions withBinary(NatsBinary program) {
    return new NatsServerOptions(
        directory,
        port,
        monitorPort,
        serverName,
        extraConfig,
        awaitHealth,
        readyWithin,
        Optional.of(program),
        undertaker);
  }

  public NatsServerOptions withUndertaker(Undertaker watcher) {
    return new NatsServerOptions(
        directory,
        port,
        monitorPort,
        serverName,
        extraConfig,
        awaitHealth,
        readyWithin,
        binary,
        Optional.of(watcher));
  }
}
