package io.weir.platform.llm.answer;

import java.util.List;

/**
 * What reading an answer came to.
 *
 * @param <T> what a valid answer becomes
 */
public sealed interface Parsed<T> {
  /** The answer is one. */
  record Valid<T>(T value) implements Parsed<T> {}

  /**
   * The answer is none.
   *
   * @param problems each names the field, what was expected and what was found, fit to be sent back
   *     to the model; never empty
   */
  record Invalid<T>(List<String> problems) implements Parsed<T> {
    public Invalid {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("an invalid answer wants at least one problem");
      }
    }
  }

  /** {@code value} if there are no problems with it. */
  static <T> Parsed<T> of(T value, List<String> problems) {
    return problems.isEmpty() ? new Valid<>(value) : new Invalid<>(problems);
  }
}
