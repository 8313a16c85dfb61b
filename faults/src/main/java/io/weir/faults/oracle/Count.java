package io.weir.faults.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The oracle's count. All but the first three ought to be 0.
 *
 * @param messages publishes that JetStream acknowledged
 * @param letters dead letters of messages that ought to become one
 * @param repeats results stored again by a publish outside of the duplicate window: the next
 *     store's guard drops them
 * @param lost acknowledged, and neither effect and result nor dead letter
 * @param duplicated an effect counted twice, a result stored twice, or two dead letters
 * @param misjudged a good message among the dead letters, or a poisonous one with an effect
 * @param stuck still in the work queue though nothing goes on
 * @param examples ids of the first few, for who looks for the cause
 */
public record Count(
    int messages,
    int letters,
    int repeats,
    int lost,
    int duplicated,
    int misjudged,
    long stuck,
    List<String> examples) {
  private static final int SHOWN = 5;

  public Count {
    examples = List.copyOf(examples);
  }

  /**
   * Counts. With {@code resultsMayRepeat} a result that is stored twice is no duplicate, since the
   * test publishes it again after the window in which the server knows its id.
   */
  public static Count of(Evidence evidence, boolean resultsMayRepeat) {
    int lost = 0;
    int duplicated = 0;
    int misjudged = 0;
    int letters = 0;
    int repeats = 0;
    var examples = new ArrayList<String>();
    for (String id : evidence.acknowledged()) {
      int effects = times(evidence.effects(), id);
      int results = times(evidence.results(), id);
      int buried = times(evidence.letters(), id);
      boolean good = Kind.of(id).isEffective();
      boolean done = effects > 0 && results > 0;
      if (!done && buried == 0) {
        lost++;
        note(examples, "lost", id, effects, results, buried);
      }
      if (effects > 1 || buried > 1 || (results > 1 && !resultsMayRepeat)) {
        duplicated++;
        note(examples, "duplicated", id, effects, results, buried);
      }
      if (good ? buried > 0 : effects > 0) {
        misjudged++;
        note(examples, "misjudged", id, effects, results, buried);
      }
      letters += !good && buried > 0 ? 1 : 0;
      repeats += Math.max(0, results - 1);
    }
    return new Count(
        evidence.acknowledged().size(),
        letters,
        repeats,
        lost,
        duplicated,
        misjudged,
        evidence.left(),
        examples);
  }

  /** Whether nothing was lost, doubled, misjudged or stuck. */
  public boolean isClean() {
    return lost == 0 && duplicated == 0 && misjudged == 0 && stuck == 0;
  }

  private static int times(Map<String, Integer> counts, String id) {
    return counts.getOrDefault(id, 0);
  }

  private static void note(
      List<String> examples, String what, String id, int effects, int results, int letters) {
    if (examples.size() < SHOWN) {
      examples.add(
          "%s %s: %d effects, %d results, %d dead letters"
              .formatted(what, id, effects, results, letters));
    }
  }
}
