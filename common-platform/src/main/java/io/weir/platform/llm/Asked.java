package io.weir.platform.llm;

import java.util.List;

/**
 * What came of asking a model for an answer of a certain form.
 *
 * @param <T> what a valid answer becomes
 */
public sealed interface Asked<T> {
  /**
   * A model gave a valid answer.
   *
   * @param model the model that gave it
   */
  record Answered<T>(T value, String model) implements Asked<T> {}

  /** There is no model: the caller builds its result from its own parts. */
  record Offline<T>(String reason) implements Asked<T> {}

  /**
   * Two answers came and neither was valid.
   *
   * @param model the model that gave the second one
   * @param problems what was wrong with the second one; never empty
   */
  record Invalid<T>(String model, List<String> problems) implements Asked<T> {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
