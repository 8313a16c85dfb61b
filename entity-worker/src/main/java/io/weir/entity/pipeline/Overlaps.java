package io.weir.entity.pipeline;

import io.weir.entity.pipeline.recognise.Entity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps one of several mentions that overlap in a field: the longest; of equally long ones the one
 * that was given first. Not safe for use by several threads.
 */
final class Overlaps {
  // field → start → mention; kept ones never overlap, so neighbours by start are all to look at.
  private final Map<String, TreeMap<Integer, Entity>> kept = new HashMap<>();

  /**
   * Those of {@code mentions} that win, in no particular order. {@code mentions} has the preferred
   * ones first.
   */
  static List<Entity> resolve(List<Entity> mentions) {
    var overlaps = new Overlaps();
    var byLength = new ArrayList<>(mentions);
    byLength.sort(Comparator.comparingInt(Entity::length).reversed());
    var winners = new ArrayList<Entity>();
    for (Entity mention : byLength) {
      if (overlaps.add(mention)) {
        winners.add(mention);
      }
    }
    return winners;
  }

  /** Keeps {@code mention} unless it overlaps one that is kept already; whether it was kept. */
  boolean add(Entity mention) {
    TreeMap<Integer, Entity> inField =
        kept.computeIfAbsent(mention.field(), name -> new TreeMap<>());
    Map.Entry<Integer, Entity> before = inField.floorEntry(mention.start());
    Map.Entry<Integer, Entity> after = inField.ceilingEntry(mention.start());
    boolean free =
        (before == null || before.getValue().end() <= mention.start())
            && (after == null || after.getValue().start() >= mention.end());
    if (free) {
      inField.put(mention.start(), mention);
    }
    return free;
  }

  /** Whether any kept mention of {@code field} overlaps the range. */
  boolean covers(String field, int start, int end) {
    TreeMap<Integer, Entity> inField = kept.get(field);
    if (inField == null) {
      return false;
    }
    Map.Entry<Integer, Entity> before = inField.lowerEntry(end);
    return before != null && before.getValue().end() > start;
  }
}
