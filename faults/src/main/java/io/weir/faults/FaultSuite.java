package io.weir.faults;

import io.weir.faults.Suite.Servers;
import io.weir.faults.scenario.RandomFaults;
import io.weir.faults.scenario.Scenario;
import io.weir.faults.scenario.Scenarios;
import io.weir.faults.scenario.Size;
import io.weir.faults.worker.FaultWorker;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plays the tests from the command line and writes their table. */
@Command(
    name = "./weir test --faults",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Breaks servers, networks, workers and the store under load, and counts what was lost,"
          + " duplicated, misjudged or stuck; exit code 0 when nothing was.",
      "Without N all tests are played, on one server and on three, which takes about an hour."
    })
public final class FaultSuite implements Callable<Integer> {
  @Parameters(
      paramLabel = "N",
      arity = "0..*",
      description = "numbers of the tests to play, such as 2 or 8b; none is all of them")
  private List<String> numbers = List.of();

  @Option(
      names = "--servers",
      paramLabel = "KIND",
      split = ",",
      description = "one, three, or both by comma; default: both")
  private List<String> servers = List.of("one", "three");

  @Option(names = "--short", description = "as short as in every build")
  private boolean inShort;

  @Option(
      names = "--random",
      paramLabel = "MINUTES",
      description = "a random schedule of faults for so long, instead of the tests")
  private double randomMinutes;

  @Option(names = "--seed", paramLabel = "SEED", description = "replays the schedule of this seed")
  private long seed = ThreadLocalRandom.current().nextInt(1, 1_000_000);

  @Option(names = "--times", paramLabel = "K", description = "plays all so often; default: 1")
  private int times = 1;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "gets all that is written; default: a new one in the system's temporary folder")
  private @Nullable Path folder;

  @Option(names = "--table", paramLabel = "FILE", description = "gets the table as Markdown")
  private @Nullable Path table;

  private final PrintStream out;

  FaultSuite(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new FaultSuite(System.out))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path here = folder == null ? Files.createTempDirectory("weir-faults-") : folder;
    out.println("everything is written to " + here);
    var rows = new ArrayList<Row>();
    boolean isClean = true;
    try (Suite suite =
        new Suite(here, inShort ? Size.SHORT : Size.LONG, FaultWorker.class, this::say)) {
      for (int time = 0; time < times; time++) {
        for (String kind : servers) {
          Servers on = Servers.valueOf(kind.toUpperCase(Locale.ROOT));
          for (Map.Entry<String, Scenario> test : chosen(time).entrySet()) {
            if (test.getValue().playsOn(on == Servers.THREE)) {
              Optional<Row> row = play(suite, test, on);
              isClean &= row.map(Row::isClean).orElse(false);
              row.ifPresent(rows::add);
              keep(rows);
            }
          }
        }
      }
    }
    out.println();
    out.print(Table.of(rows));
    return isClean ? 0 : 1;
  }

  /** Empty when it could not be played to its end: the others are played all the same. */
  private Optional<Row> play(Suite suite, Map.Entry<String, Scenario> test, Servers on)
      throws InterruptedException {
    String name = "test %s on %s".formatted(test.getKey(), on.name().toLowerCase(Locale.ROOT));
    say(name + ": " + test.getValue().name());
    try {
      Row row = suite.play(test.getKey(), test.getValue(), on);
      out.println(Table.line(row) + " " + row.took().toSeconds() + " s |");
      row.finding().count().examples().forEach(example -> say("  " + example));
      return Optional.of(row);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      say(name + " was not played to its end: " + e);
      return Optional.empty();
    }
  }

  private Map<String, Scenario> chosen(int time) {
    if (randomMinutes > 0) {
      return Map.of(
          "random",
          new RandomFaults(seed + time, Duration.ofMillis((long) (randomMinutes * 60_000))));
    }
    var chosen = new LinkedHashMap<>(Scenarios.all());
    if (!numbers.isEmpty()) {
      if (!chosen.keySet().containsAll(numbers)) {
        throw new CommandLine.ParameterException(
            new CommandLine(this),
            "no such test among %s; there are %s"
                .formatted(numbers, String.join(", ", chosen.keySet())));
      }
      boolean _ = chosen.keySet().retainAll(numbers);
    }
    return chosen;
  }

  /** After each test, so that a run that is cut off leaves what it has. */
  private void keep(List<Row> rows) throws IOException {
    if (table != null && !rows.isEmpty()) {
      Files.writeString(
          table,
          "nats-server %s, %s\n\n%s"
              .formatted(
                  rows.getFirst().version(),
                  LocalDate.now(ZoneId.systemDefault()),
                  Table.of(rows)));
    }
  }

  private void say(String what) {
    out.printf("%tT %s%n", ZonedDateTime.now(ZoneId.systemDefault()), what);
  }
}
