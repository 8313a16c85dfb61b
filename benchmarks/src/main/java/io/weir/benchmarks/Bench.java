package io.weir.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.weir.benchmarks.measure.Cell;
import io.weir.benchmarks.measure.Cell.Work;
import io.weir.benchmarks.measure.Handling;
import io.weir.benchmarks.measure.HeldHeap;
import io.weir.benchmarks.measure.HeldHeap.Holder;
import io.weir.benchmarks.measure.Rounds;
import io.weir.benchmarks.measure.Sample;
import io.weir.benchmarks.measure.Site;
import io.weir.benchmarks.measure.Subject;
import io.weir.benchmarks.report.Plots;
import io.weir.benchmarks.report.Readme;
import io.weir.benchmarks.report.Results;
import io.weir.benchmarks.report.Results.Conditions;
import io.weir.benchmarks.report.Results.Held;
import io.weir.benchmarks.report.Results.Machine;
import io.weir.benchmarks.report.Results.Row;
import io.weir.benchmarks.report.Tables;
import io.weir.benchmarks.subject.Holders;
import io.weir.benchmarks.subject.RecordedTraces;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code ./weir bench}: measures, writes the results file, and makes tables and plots of it. */
public final class Bench {
  private static final int HELD = 10_000;

  private final Settings settings;
  private final Say say;

  /** Tells the person how it goes. */
  @FunctionalInterface
  interface Say {
    void line(String text);
  }

  Bench(Settings settings, Say say) {
    this.settings = settings;
    this.say = say;
  }

  @SuppressWarnings("SystemOut") // a command line
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(System.getProperty("weir.benchmarks", "benchmarks"));
    Settings settings;
    try {
      if (arguments.length > 0 && arguments[0].equals("--peer-faults")) {
        PeerFaults.run(
            List.of(arguments).subList(1, arguments.length), folder, System.out::println);
        return;
      }
      if (arguments.length > 0 && arguments[0].equals("--gateway")) {
        GatewayRun.run(
            List.of(arguments).subList(1, arguments.length), folder, System.out::println);
        return;
      }
      settings = Settings.parse(List.of(arguments), folder);
    } catch (IllegalArgumentException e) {
      System.err.println("weir bench: " + e.getMessage());
      System.exit(2);
      return;
    }
    var bench = new Bench(settings, System.out::println);
    Results results =
        settings.reportOnly() ? Results.read(settings.resultsFile()) : bench.measure();
    bench.report(results);
  }

  private Results measure() throws Exception {
    Path folder = Files.createTempDirectory("weir-bench");
    try (var site = new Site(folder.resolve("nats"));
        OpenTelemetrySdk recording = RecordedTraces.sdk()) {
      var suite = new Suite(recording);
      Results measured =
          measure(
              site, settings.quick() && settings.only().isEmpty() ? suite.quick() : suite.all());
      Files.createDirectories(settings.page());
      measured.write(settings.resultsFile());
      return measured;
    } finally {
      Folders.delete(folder);
    }
  }

  /** Measures {@code cells} on {@code site}. */
  Results measure(Site site, Map<Cell, List<Subject>> cells) throws Exception {
    long begun = System.nanoTime();
    for (Map.Entry<Integer, Integer> wanted : settings.messages().entrySet()) {
      say.line("storing %,d messages of %,d bytes".formatted(wanted.getValue(), wanted.getKey()));
      site.fill(wanted.getKey(), wanted.getValue());
    }
    var chosen = new LinkedHashMap<>(cells);
    chosen.keySet().removeIf(cell -> !settings.wants(cell.id()));
    var rounds =
        new Rounds(site, settings.window(), settings.warmUps(), settings.rounds(), say::line);
    var rows = new ArrayList<Row>();
    int number = 0;
    for (Map.Entry<Cell, List<Subject>> entry : chosen.entrySet()) {
      Cell cell = entry.getKey();
      say.line(
          "%s %d/%d %s"
              .formatted(elapsed(System.nanoTime() - begun), ++number, chosen.size(), cell.id()));
      rounds
          .measure(cell, entry.getValue().stream().filter(settings::wants).toList())
          .forEach(
              (subject, samples) -> {
                Row row = row(cell, subject, samples);
                rows.add(row);
                say.line("        %-44s %,10.0f messages/s".formatted(subject.name(), row.rate()));
              });
    }
    return new Results(
        machine(site),
        new Conditions(
            settings.mode(),
            settings.rounds(),
            settings.window().length().toMillis(),
            String.join(" ", jvmOptions())),
        rows,
        held(site),
        MicroRun.run(settings.micro(), say));
  }

  private List<Held> held(Site site) throws Exception {
    var all = new ArrayList<Held>();
    if (settings.heldRounds() == 0 || !settings.wants("held")) {
      return all;
    }
    for (int size : new int[] {256, 4 << 10}) {
      if (site.stored(size) < HELD) {
        continue;
      }
      var cell = new Cell(Work.CONSUME_ACK, size, HELD, Handling.NO_OP);
      var raw = new ArrayList<Double>();
      var weir = new ArrayList<Double>();
      for (int round = 0; round < settings.heldRounds(); round++) {
        String run = "held-%d-%d".formatted(size, round);
        raw.add(held(Holders.raw(site, cell, run + "-raw")));
        weir.add(held(Holders.weir(site, cell, run + "-weir")));
        site.removeConsumer(size, run + "-raw");
        site.removeConsumer(size, run + "-weir");
      }
      all.add(new Held("jnats own loop, virtual threads", HELD, size, raw));
      all.add(new Held(Suite.WEIR_THREADS, HELD, size, weir));
      say.line(
          "%,d held messages of %,d bytes: raw %s MiB, Weir %s MiB"
              .formatted(HELD, size, raw, weir));
    }
    return all;
  }

  private static double held(Holder holder) throws Exception {
    try (holder) {
      return HeldHeap.measure(holder, HELD);
    }
  }

  private void report(Results results) throws Exception {
    Map<String, String> plots = new Plots(results).write(settings.page());
    String tables = new Tables(results).markdown();
    if (settings.writesThePage()) {
      Path page = settings.page().resolve("README.md");
      Readme.write(page, tables, plots);
      say.line("written: " + page + ", its plots and " + settings.resultsFile());
    } else {
      say.line(tables);
      say.line("results and plots: " + settings.page());
    }
  }

  private static Row row(Cell cell, Subject subject, List<Sample> samples) {
    return new Row(
        cell.id(),
        cell.work().label(),
        cell.size(),
        cell.concurrency(),
        cell.handling().label(),
        subject.name(),
        subject.kind().name(),
        samples.stream().map(sample -> rounded(sample.rate(), 1)).toList(),
        samples.stream().map(sample -> rounded(sample.cpuMicros(), 100)).toList(),
        samples.stream().map(sample -> rounded(sample.bytes(), 1)).toList());
  }

  private static double rounded(double value, int parts) {
    return (double) Math.round(value * parts) / parts;
  }

  private static Machine machine(Site site) {
    var os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        LocalDate.now(Clock.systemUTC()).toString(),
        os.getName() + " " + os.getArch(),
        os.getAvailableProcessors(),
        os.getTotalMemorySize() >> 20,
        Runtime.version().toString(),
        site.serverVersion());
  }

  private static List<String> jvmOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X"))
        .toList();
  }

  private static String elapsed(long nanos) {
    Duration time = Duration.ofNanos(nanos);
    return "%2d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
