package io.weir.benchmarks;

import io.weir.benchmarks.Bench.Say;
import io.weir.benchmarks.peer.CamelWorker;
import io.weir.benchmarks.report.PeerTable;
import io.weir.benchmarks.report.PeerTable.Played;
import io.weir.benchmarks.report.Readme;
import io.weir.faults.Row;
import io.weir.faults.Suite.Servers;
import io.weir.faults.scenario.Scenario;
import io.weir.faults.scenario.Scenarios;
import io.weir.faults.scenario.Size;
import io.weir.faults.worker.FaultWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.component.nats.NatsComponent;

/**
 * {@code ./weir bench --peer-faults}: plays some tests of the fault suite with the library's worker
 * and with the peer's.
 */
final class PeerFaults {
  private static final List<String> TESTS = List.of("1", "2", "10");
  private static final String LONG = "--long";

  private PeerFaults() {}

  /** Numbers of tests among {@code arguments} are played instead, and written nowhere. */
  static void run(List<String> arguments, Path page, Say say) throws Exception {
    List<String> chosen = arguments.stream().filter(one -> !one.equals(LONG)).toList();
    if (!Scenarios.all().keySet().containsAll(chosen)) {
      throw new IllegalArgumentException(
          "--peer-faults knows %s and the tests %s, not %s"
              .formatted(LONG, String.join(", ", Scenarios.all().keySet()), arguments));
    }
    List<String> tests = chosen.isEmpty() ? TESTS : chosen;
    Size size = arguments.contains(LONG) ? Size.LONG : Size.SHORT;
    Path folder = Files.createTempDirectory("weir-peer-faults");
    say.line("everything is written to " + folder);
    var played = new ArrayList<Played>();
    played.addAll(play("Weir", FaultWorker.class, folder.resolve("weir"), tests, size, say));
    played.addAll(play("Camel", CamelWorker.class, folder.resolve("camel"), tests, size, say));
    String table = conditions(played, size) + PeerTable.of(played) + "\n";
    say.line(table);
    if (chosen.isEmpty()) {
      Readme.write(page.resolve("README.md"), Readme.Part.PEER_FAULTS, table);
    }
  }

  private static List<Played> play(
      String who, Class<?> worker, Path folder, List<String> tests, Size size, Say say)
      throws Exception {
    var played = new ArrayList<Played>();
    Map<String, Scenario> all = Scenarios.all();
    try (var suite =
        new io.weir.faults.Suite(folder, size, worker, what -> say.line("  " + what))) {
      for (String number : tests) {
        Scenario test = Objects.requireNonNull(all.get(number));
        say.line("%s, test %s: %s".formatted(who, number, test.name()));
        Row row = suite.play(number, test, Servers.ONE);
        row.finding().count().examples().forEach(example -> say.line("  " + example));
        played.add(new Played(who, row));
      }
    }
    return played;
  }

  private static String conditions(List<Played> played, Size size) {
    return "Played %s on %d cores, in %s; nats-server %s, camel-nats %s.\n\n"
        .formatted(
            LocalDate.now(Clock.systemUTC()),
            Runtime.getRuntime().availableProcessors(),
            size == Size.SHORT ? "short" : "long",
            played.getFirst().row().version(),
            NatsComponent.class.getPackage().getImplementationVersion());
  }
}
