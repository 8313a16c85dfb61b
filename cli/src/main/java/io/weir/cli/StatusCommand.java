package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.cli.remote.CallException;
import io.weir.cli.remote.ServiceApi;
import io.weir.localstack.LocalStack;
import io.weir.localstack.RunningStack;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code weir status}: what each service of the running platform says of its health. */
@Command(
    name = "status",
    description = "Shows the health of each service of the platform that ./weir up runs.",
    footer = {"", "Exit code 0 when all are ok, 1 when one is not or nothing runs."},
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

  private static final Duration TIME_OUT = Duration.ofSeconds(5);

  private final Checkout checkout;

  StatusCommand(Checkout checkout) {
    this.checkout = checkout;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintStream out = System.out;
    Optional<RunningStack> running = LocalStack.running(checkout.home());
    if (running.isEmpty()) {
      out.println("Nothing runs in " + checkout.home() + ". Start it: ./weir up");
      return 1;
    }
    out.println("up since %s, pid %d".formatted(running.get().startedAt(), running.get().pid()));
    boolean allOk = true;
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIME_OUT).build()) {
      for (Map.Entry<String, String> service : running.get().services().entrySet()) {
        allOk &= show(http, service.getKey(), URI.create(service.getValue()), out);
      }
    }
    return allOk ? 0 : 1;
  }

  private static boolean show(HttpClient http, String name, URI url, PrintStream out)
      throws InterruptedException {
    String status;
    JsonNode checks;
    try {
      JsonNode health = new ServiceApi(http, url, TIME_OUT).ask("/health").json();
      status = health.path("status").asText("unknown");
      checks = health.path("checks");
    } catch (CallException e) {
      out.println("%-18s %-9s %s".formatted(name, "away", e.getMessage()));
      return false;
    }
    out.println("%-18s %-9s %s".formatted(name, status, url));
    for (JsonNode check : checks) {
      if (!check.path("status").asText().equals("ok")) {
        out.println(
            "  %s: %s %s"
                .formatted(
                    check.path("name").asText(),
                    check.path("status").asText(),
                    check.path("reason").asText("")));
      }
    }
    return status.equals("ok");
  }
}
