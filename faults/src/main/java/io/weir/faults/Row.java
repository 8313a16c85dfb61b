package io.weir.faults;

import io.weir.faults.stage.Finding;
import java.time.Duration;
import java.util.Locale;

/**
 * A line of the table.
 *
 * @param number the test's number
 * @param name what was broken
 * @param ground on which servers
 * @param version of the servers
 * @param finding what came of it
 * @param remark what else is to be said
 * @param took how long it took
 */
public record Row(
    String number,
    String name,
    String ground,
    String version,
    Finding finding,
    String remark,
    Duration took) {
  /** Whether nothing was lost, doubled, misjudged or stuck. */
  public boolean isClean() {
    return finding.count().isClean();
  }

  /** The longest recovery, for a table. */
  public String recovery() {
    return finding
        .longestRecovery()
        .map(time -> String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0))
        .orElse("–");
  }
}
