package io.weir.kills;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Rows as a Markdown table. */
final class Table {
  private static final String HEAD =
      """
      | service | work | step | killed | effects | announcements | charges | model paid | recovery | remark |
      |---|---|---|---|---:|---:|---:|---:|---:|---|
      """;

  private Table() {}

  static String of(List<Row> rows) {
    var text = new StringBuilder(HEAD);
    rows.forEach(row -> text.append(line(row)).append('\n'));
    return text.toString();
  }

  static String line(Row row) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | `%s` | %s | %d | %d | %s | %s | %s | %s |",
        row.works().kind().module(),
        row.works().name(),
        row.point().stepName(),
        row.point().moment().name().toLowerCase(Locale.ROOT),
        row.look().effects(),
        row.look().announcements(),
        number(row.look().charges()),
        number(row.look().paid()),
        seconds(row.recovery()),
        remark(row));
  }

  private static String remark(Row row) {
    String problems = String.join("; ", row.problems());
    if (row.kills() < 2) {
      return problems;
    }
    return problems.isEmpty() ? "killed twice" : "killed twice; " + problems;
  }

  private static String number(int count) {
    return count < 0 ? "–" : Integer.toString(count);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
