package io.weir.benchmarks.report;

import io.weir.benchmarks.report.Results.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the library is held to.
 *
 * @param subject whom it is for
 * @param handling the handler it is for
 * @param least ratio to the best raw loop of the cell
 */
record Bars(String name, String work, String subject, String handling, double least) {
  static final int MOST_HELD_MEBIBYTES = 100;

  static final List<Bars> ALL =
      List.of(
          new Bars("inline", "consume-ack", "Weir, inline", "no-op", 0.95),
          new Bars("virtual threads, no-op", "consume-ack", "Weir, virtual threads", "no-op", 0.85),
          new Bars(
              "virtual threads, 1 ms handler",
              "consume-ack",
              "Weir, virtual threads",
              "1ms",
              0.97));

  /** How one cell does against a bar. */
  record Standing(Row row, double ratio) {}

  /** All cells that the bar is for. */
  List<Standing> standings(Results results) {
    var standings = new ArrayList<Standing>();
    for (Row row : results.rows()) {
      if (row.work().equals(work)
          && row.subject().equals(subject)
          && row.handling().equals(handling)) {
        best(results, row)
            .ifPresent(
                raw ->
                    standings.add(
                        new Standing(
                            row, Numbers.median(Numbers.ratios(row.rates(), raw.rates())))));
      }
    }
    return standings;
  }

  /** The raw loop with the highest median in the cell of {@code row}. */
  static Optional<Row> best(Results results, Row row) {
    return results.rows().stream()
        .filter(other -> other.raw() && other.cell().equals(row.cell()))
        .reduce((a, b) -> a.rate() >= b.rate() ? a : b);
  }
}
