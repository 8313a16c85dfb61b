package io.weir.kills.point;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Steps in the order in which they were seen. Thread-safe. */
public final class Recording {
  private final List<Step> steps = new ArrayList<>();

  public synchronized void add(Step step) {
    steps.add(step);
  }

  /** Those that were seen, each once. */
  public synchronized Set<Step> seen() {
    return new HashSet<>(steps);
  }

  /**
   * Every point of these runs, in their order; a step counts as often as it came in the run in
   * which it came most.
   *
   * @param background steps that come when nothing is asked for, too
   */
  public static List<Point> points(List<Recording> runs, Set<Step> background) {
    var points = new LinkedHashMap<Point, Boolean>();
    for (Recording run : runs) {
      Map<Step, Integer> counts = new LinkedHashMap<>();
      for (Step step : run.steps()) {
        if (!background.contains(step)) {
          int nth = counts.merge(step, 1, Integer::sum);
          points.put(new Point(step, nth, Point.Moment.BEFORE), true);
          if (step.answered() || step.wire() == Wire.NATS) {
            points.put(new Point(step, nth, Point.Moment.AFTER), true);
          }
        }
      }
    }
    return List.copyOf(points.keySet());
  }

  private synchronized List<Step> steps() {
    return List.copyOf(steps);
  }
}
