package io.weir.kills.work;

import java.util.List;

/**
 * What there is of a piece of work.
 *
 * @param effects stored results; 1 is wanted
 * @param announcements messages that tell of it, by different ids; 1 is wanted
 * @param charges settled rows of the ledger; -1 where nothing is charged
 * @param paid how often the model was paid; -1 where none is asked
 * @param problems what is missing, or too much
 */
public record Look(int effects, int announcements, int charges, int paid, List<String> problems) {
  public Look {
    problems = List.copyOf(problems);
  }
}
