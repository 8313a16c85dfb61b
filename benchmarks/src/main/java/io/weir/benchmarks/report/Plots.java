package io.weir.benchmarks.report;

import io.weir.benchmarks.report.BarChart.Bar;
import io.weir.benchmarks.report.Results.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The plots of a run, as SVG files. */
public final class Plots {
  private static final int SMALL = 256;
  private static final Map<String, String> COLORS =
      Map.of("RAW", "#9aa5b1", "WEIR", "#2b6cb0", "PEER", "#d69e2e");

  private final Results results;

  public Plots(Results results) {
    this.results = results;
  }

  /**
   * Writes them into {@code folder}.
   *
   * @return their file names with what they show
   */
  public Map<String, String> write(Path folder) throws IOException {
    var written = new LinkedHashMap<String, String>();
    for (String work : List.of("consume-ack", "consume-store-publish-ack", "publish-sync")) {
      String title = "%s, 256 B, no-op: messages a second".formatted(work);
      var chart =
          new BarChart(
              title,
              bars(
                  row -> row.work().equals(work) && row.size() == SMALL && isPlain(row),
                  row -> "K = %,d".formatted(row.concurrency()),
                  Row::rate),
              0,
              Numbers::whole);
      write(folder, "throughput-%s.svg".formatted(work), chart, written);
    }
    for (String work : List.of("consume-ack", "consume-store-publish-ack")) {
      String title = "%s, no-op: throughput, the best raw loop is 1".formatted(work);
      var chart =
          new BarChart(
              title,
              bars(
                  row -> row.work().equals(work) && row.kind().equals("WEIR") && isPlain(row),
                  row -> "%s, K = %,d".formatted(Numbers.size(row.size()), row.concurrency()),
                  this::ratio),
              1,
              Numbers::fraction);
      write(folder, "ratio-%s.svg".formatted(work), chart, written);
    }
    return written;
  }

  private static boolean isPlain(Row row) {
    return row.handling().equals("no-op") && !row.subject().contains("recorded");
  }

  private double ratio(Row row) {
    return Bars.best(results, row)
        .map(best -> Numbers.median(Numbers.ratios(row.rates(), best.rates())))
        .orElse(0.0);
  }

  private List<Bar> bars(
      Predicate<Row> shown, Function<Row, String> group, Function<Row, Double> value) {
    return results.rows().stream()
        .filter(shown)
        .map(
            row ->
                new Bar(
                    group.apply(row),
                    row.subject(),
                    value.apply(row),
                    COLORS.getOrDefault(row.kind(), "#000")))
        .toList();
  }

  private static void write(Path folder, String file, BarChart chart, Map<String, String> written)
      throws IOException {
    if (!chart.bars().isEmpty()) {
      Files.writeString(folder.resolve(file), chart.svg());
      written.put(file, chart.title());
    }
  }
}
