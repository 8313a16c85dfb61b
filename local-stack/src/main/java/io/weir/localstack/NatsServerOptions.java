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
 * @param flushed whether an acknowledged write is on the disk, where the server can (2.10 and
 *     newer); else it survives a kill and not a loss of power, until the server flushes
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
    boolean flushed,
    Optional<Undertaker> undertaker) {

  /** Free ports, a random name, ready within 15 s, each acknowledged write on the disk. */
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
        true,
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
        flushed,
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
        flushed,
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
        flushed,
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
        flushed,
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
        flushed,
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
        flushed,
        undertaker);
  }

  /** Acknowledged writes are flushed when the server likes, by default every two minutes. */
  public NatsServerOptions unflushed() {
    return new NatsServerOptions(
        directory,
        port,
        monitorPort,
        serverName,
        extraConfig,
        awaitHealth,
        readyWithin,
        binary,
        false,
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
        flushed,
        Optional.of(watcher));
  }
}
