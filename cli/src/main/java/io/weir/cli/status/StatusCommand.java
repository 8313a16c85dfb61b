package io.weir.cli.status;

import io.weir.cli.broker.NatsAccess;
import io.weir.localstack.LocalStack;
import io.weir.localstack.RunningStack;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir status}: how the platform stands. */
@Command(
    name = "status",
    description = {
      "Shows the health of each service of the platform that ./weir up runs, how streams and consumers stand, and the",
      "dead letters."
    },
    footer = {
      "",
      "FULL is the share of the stream's bytes. PENDING waits to be delivered, IN FLIGHT is delivered and not settled,",
      "AGAIN of it more than once, PULLS are consumers that wait for work, LAG is the age of the oldest message that is",
      "not settled. NATS is found by NATS_URL and the other NATS_* variables, else it is the one of ./weir up.",
      "",
      "Examples:",
      "  weir status",
      "  weir status --json",
      "",
      "Exit code 0 when all are ok, 1 when one is not or nothing runs."
    },
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
  private static final Duration TIME_OUT = Duration.ofSeconds(5);

  private final Path home;
  private final NatsAccess nats;
  private final int width;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "As JSON, for programs.")
  private boolean json;

  /**
   * Knows where to look.
   *
   * @param home where a platform of this checkout keeps its data
   * @param width of the terminal; 0 when there is none
   */
  public StatusCommand(Path home, NatsAccess nats, int width) {
    this.home = home;
    this.nats = nats;
    this.width = width;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<RunningStack> running = LocalStack.running(home);
    if (running.isEmpty() && !json) {
      out.println("Nothing runs in " + home + ". Start it: ./weir up");
    }
    if (running.isEmpty() && !nats.isKnown() && !json) {
      out.flush();
      return 1;
    }
    List<ServiceStatus> services = running.isPresent() ? services(running.get()) : List.of();
    BrokerStatus broker = BrokerStatus.ask(nats);
    boolean ok =
        running.isPresent() && services.stream().allMatch(ServiceStatus::isOk) && !broker.isAway();
    if (json) {
      out.println(StatusText.json(services, broker, ok));
    } else {
      running.ifPresent(
          stack -> out.println("up since %s, pid %d".formatted(stack.startedAt(), stack.pid())));
      StatusText.print(services, broker, width, out);
    }
    out.flush();
    return ok ? 0 : 1;
  }

  private static List<ServiceStatus> services(RunningStack stack) throws InterruptedException {
    var services = new ArrayList<ServiceStatus>();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIME_OUT).build()) {
      for (Map.Entry<String, String> service : stack.services().entrySet()) {
        services.add(ServiceStatus.ask(http, service.getKey(), service.getValue()));
      }
    }
    return services;
  }
}
