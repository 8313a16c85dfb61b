package io.weir.cli.broker;

import io.weir.localstack.HostEnvironment;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackException;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.OperatorConnection;
import io.weir.messaging.runtime.SettingsReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;

/** The way to NATS: the {@code NATS_*} variables, else the platform that runs in this checkout. */
public final class NatsAccess {
  private static final String URL = "NATS_URL";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HostEnvironment host;
  private final Path home;

  /**
   * Knows where to look.
   *
   * @param home where a platform of this checkout keeps its data
   */
  public NatsAccess(HostEnvironment host, Path home) {
    this.host = host;
    this.home = home;
  }

  /** Whether there is anything to connect to. */
  public boolean isKnown() {
    return url().isPresent();
  }

  private Optional<String> url() {
    return host.get(URL).or(() -> LocalStack.running(home).map(running -> running.natsUrl()));
  }

  /**
   * Connects as an operator, who changes no stream.
   *
   * @throws StackException when there is no server to be found; says what to do
   */
  public OperatorConnection open() throws InterruptedException {
    String url =
        url()
            .orElseThrow(
                () ->
                    new StackException(
                        "No NATS to talk to: nothing runs in %s. Start it: ./weir up, or set NATS_URL."
                            .formatted(home)));
    var variables = new HashMap<>(host.variables());
    // The services' file may hold settings that only they know.
    var _ = variables.remove("WEIR_CONFIG");
    var _ = variables.put(URL, url);
    var reader = SettingsReader.of(variables);
    BrokerSettings settings = BrokerSettings.read(reader);
    reader.check();
    return OperatorConnection.open("weir " + operator(), settings, PATIENCE);
  }

  /** Who is at the keyboard: {@code user@host}. */
  public static String operator() {
    String user = System.getProperty("user.name", "unknown");
    try {
      return user + "@" + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return user + "@localhost";
    }
  }
}
