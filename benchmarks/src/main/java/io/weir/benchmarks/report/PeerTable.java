package io.weir.benchmarks.report;

import io.weir.faults.Row;
import io.weir.faults.oracle.Count;
import io.weir.faults.stage.Finding;
import java.util.List;
import java.util.Locale;

/** What the fault suite found of each worker, as Markdown. */
public final class PeerTable {
  private static final String HEAD =
      """
      | who | test | messages | lost | duplicated | misjudged | stuck | dead letters | redeliveries | longest recovery |
      |---|---|---:|---:|---:|---:|---:|---:|---:|---:|
      """;

  /**
   * A test as one worker played it.
   *
   * @param who the worker's name
   */
  public record Played(String who, Row row) {}

  private PeerTable() {}

  public static String of(List<Played> played) {
    var text = new StringBuilder(HEAD);
    played.forEach(one -> text.append(line(one)));
    return text.toString();
  }

  private static String line(Played played) {
    Row row = played.row();
    Finding finding = row.finding();
    Count count = finding.count();
    String remark = row.remark().isEmpty() ? "" : " (" + row.remark() + ")";
    return String.format(
        Locale.ROOT,
        "| %s | %s: %s%s | %d | %d | %d | %d | %d | %d | %d | %s |\n",
        played.who(),
        row.number(),
        row.name(),
        remark,
        count.messages(),
        count.lost(),
        count.duplicated(),
        count.misjudged(),
        count.stuck(),
        count.letters(),
        finding.redeliveries(),
        row.recovery());
  }
}
