package io.weir.kills;

import io.weir.kills.point.Point;
import io.weir.kills.work.Look;
import io.weir.kills.work.Works;
import java.time.Duration;
import java.util.List;

/**
 * What became of one piece of work.
 *
 * @param kills how often it was killed
 * @param recovery from the first kill until all was as wanted
 * @param problems what was still not as wanted in the end
 */
public record Row(
    Works works, Point point, Look look, int kills, Duration recovery, List<String> problems) {
  public Row {
    problems = List.copyOf(problems);
  }

  /** The work was done without coming to the point. */
  static Row notReached(Works works, Point point) {
    return new Row(
        works, point, new Look(0, 0, 0, 0, List.of()), 0, Duration.ZERO, List.of("not reached"));
  }

  public boolean isClean() {
    return problems.isEmpty();
  }
}
