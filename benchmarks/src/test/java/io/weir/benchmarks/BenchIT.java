package io.weir.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.benchmarks.measure.Site;
import io.weir.benchmarks.measure.Window;
import io.weir.benchmarks.report.Plots;
import io.weir.benchmarks.report.Results;
import io.weir.benchmarks.report.Tables;
import io.weir.benchmarks.subject.RecordedTraces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmarks still run; what they measure here means nothing. */
class BenchIT {
  @TempDir Path folder;

  @Test
  void everySubjectDoesItsWorkAndIsShownInTablesAndPlots() throws Exception {
    var settings =
        new Settings(
            "smoke",
            true,
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            0,
            1,
            new Window(Duration.ofMillis(5), Duration.ofMillis(40)),
            Map.of(256, 5_000),
            0,
            folder);
    var problems = new ArrayList<String>();
    Results results;
    int subjects;
    try (var site = new Site(folder.resolve("nats"));
        var recording = RecordedTraces.sdk()) {
      var cells = new Suite(recording).smoke();
      subjects = cells.values().stream().mapToInt(List::size).sum();
      results = new Bench(settings, problems::add).measure(site, cells);
    }
    assertEquals(subjects, results.rows().size());
    for (Results.Row row : results.rows()) {
      assertTrue(row.rate() > 0, row.toString());
    }
    assertTrue(problems.stream().noneMatch(line -> line.contains("twice")), problems.toString());

    results.write(folder.resolve("results.json"));
    Results read = Results.read(folder.resolve("results.json"));
    assertEquals(results, read);
    String tables = new Tables(read).markdown();
    for (Results.Row row : results.rows()) {
      assertTrue(tables.contains(row.subject()), row.subject());
    }
    for (String plot : new Plots(read).write(folder).keySet()) {
      assertTrue(Files.readString(folder.resolve(plot)).contains("<svg"), plot);
    }
  }
}
