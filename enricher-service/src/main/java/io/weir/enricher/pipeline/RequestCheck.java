package io.weir.enricher.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/** What reading a request came to. */
public sealed interface RequestCheck {

  /** The request keeps every rule. */
  record Accepted(EnrichRequest request) implements RequestCheck {}

  /** The request breaks at least one rule; every broken one is listed. */
  record Refused(List<FieldProblem> problems) implements RequestCheck {
    public Refused {
      problems = List.copyOf(problems);
    }

    /** All problems in one line, each with its field's name. */
    public String reason() {
      return problems.stream()
          .map(problem -> problem.field() + ": " + problem.message())
          .collect(Collectors.joining("; "));
    }
  }

  /**
   * One broken rule.
   *
   * @param field the field's name in the contract, such as {@code age_min}
   * @param message what was expected and what was found
   */
  record FieldProblem(String field, String message) {}
}
