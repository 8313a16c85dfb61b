package io.weir.enricher.pipeline;

import java.util.List;

/** What reading a model's answer came to. */
public sealed interface ParsedAnswer {

  /** The answer keeps the schema. */
  record Valid(Enrichment enrichment) implements ParsedAnswer {}

  /**
   * The answer breaks the schema.
   *
   * @param problems each with the name of what is wrong, what was expected and what was found
   */
  record Invalid(List<String> problems) implements ParsedAnswer {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
