package io.weir.faults;

import io.weir.faults.oracle.Count;
import io.weir.faults.stage.Finding;
import java.util.List;
import java.util.Locale;

/** Findings as a Markdown table. */
final class Table {
  private static final String HEAD =
      """
      | # | what is broken | servers | messages | lost | duplicated | misjudged | stuck | dead letters | redeliveries | longest recovery | remark |
      |---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|
      """;

  private Table() {}

  static String of(List<Row> rows) {
    var text = new StringBuilder(HEAD);
    rows.forEach(row -> text.append(line(row)).append('\n'));
    return text.toString();
  }

  static String line(Row row) {
    Finding finding = row.finding();
    Count count = finding.count();
    String remark = row.remark();
    if (count.repeats() > 0) {
      remark += "; %d results stored twice, dropped by the next store".formatted(count.repeats());
    }
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %d | %d | %d | %d | %d | %d | %d | %s | %s |",
        row.number(),
        row.name(),
        row.ground(),
        count.messages(),
        count.lost(),
        count.duplicated(),
        count.misjudged(),
        count.stuck(),
        count.letters(),
        finding.redeliveries(),
        row.recovery(),
        remark);
  }
}
