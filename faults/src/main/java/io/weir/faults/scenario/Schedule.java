package io.weir.faults.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What is broken when, drawn from a seed: the same seed and length give the same schedule.
 *
 * @param seed what it was drawn from
 * @param events one after another
 */
record Schedule(long seed, List<Event> events) {
  private static final int GAP_LEAST = 500;
  private static final int GAP_MOST = 5_000;
  private static final int LASTING_LEAST = 200;
  private static final int LASTING_MOST = 12_000;

  /**
   * A fault.
   *
   * @param after how long after the one before it has healed
   * @param lasting how long it lasts
   * @param which of several servers or workers it hits, modulo their number
   */
  record Event(Duration after, Fault fault, Duration lasting, int which) {
    @Override
    public String toString() {
      return "%s %d for %d ms".formatted(fault, which, lasting.toMillis());
    }
  }

  Schedule {
    events = List.copyOf(events);
  }

  /** So many faults that they fill about this time. */
  static Schedule of(long seed, Duration length) {
    var random = new Random(seed);
    var events = new ArrayList<Event>();
    Duration total = Duration.ZERO;
    Fault[] faults = Fault.values();
    while (total.compareTo(length) < 0) {
      var event =
          new Event(
              Duration.ofMillis(random.nextInt(GAP_LEAST, GAP_MOST)),
              faults[random.nextInt(faults.length)],
              // Short ones are the more frequent: they meet what has not healed from the last.
              Duration.ofMillis(
                  LASTING_LEAST
                      + (long) ((LASTING_MOST - LASTING_LEAST) * Math.pow(random.nextDouble(), 2))),
              random.nextInt(12));
      events.add(event);
      total = total.plus(event.after()).plus(event.lasting());
    }
    return new Schedule(seed, events);
  }
}
