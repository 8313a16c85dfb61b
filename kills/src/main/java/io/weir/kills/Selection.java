package io.weir.kills;

import io.weir.kills.point.Point;
import io.weir.kills.point.Point.Moment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;

/** Which points of a kind of work are played. */
interface Selection {
  List<Point> of(List<Point> all);

  /** Every one. */
  static Selection all() {
    return all -> all;
  }

  /**
   * The most dangerous ones and some others, in their order.
   *
   * @param others how many others
   * @param seed decides which
   */
  static Selection dangerous(int others, long seed) {
    return all -> {
      var rest = new ArrayList<Point>();
      var chosen = new LinkedHashSet<Point>();
      all.forEach(point -> (isDangerous(point) ? chosen : rest).add(point));
      Collections.shuffle(rest, new Random(seed));
      chosen.addAll(rest.subList(0, Math.min(others, rest.size())));
      return all.stream().filter(chosen::contains).toList();
    };
  }

  /** One of the most dangerous ones, another one with each seed. */
  static Selection one(long seed) {
    return all -> {
      List<Point> dangerous = all.stream().filter(Selection::isDangerous).toList();
      List<Point> from = dangerous.isEmpty() ? all : dangerous;
      return List.of(from.get((int) Math.floorMod(seed, (long) from.size())));
    };
  }

  /** Where something is done that the next try has to find out. */
  private static boolean isDangerous(Point point) {
    String name = point.step().name();
    boolean after = point.moment() == Moment.AFTER;
    return switch (point.step().wire()) {
      case LLM -> after; // paid, and not stored
      case NATS -> name.startsWith("ack") != after; // done, and neither settled nor noted
      case MONGO ->
          after
              && ((name.startsWith("insert") && !name.contains("idempotency"))
                  || name.contains("results") // done, and not announced
                  || name.contains("entity_keywords")
                  || name.contains("request_hash"));
      case DELIVERY, SEARCH -> false;
    };
  }
}
