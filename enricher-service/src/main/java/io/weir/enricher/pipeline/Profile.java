package io.weir.enricher.pipeline;

/**
 * How one kind of request is answered: what the model is told and how much context it gets.
 *
 * @param version counts up when a change of the profile should make new packs for known requests
 * @param system who the model is; the rules about data and citations are added to it
 * @param task what it is asked to do
 * @param maxTokens longest answer, 1 to 32,000
 * @param temperature 0 to 2
 * @param documents how many documents are searched for, 1 to 50, the most that the search gives
 * @param passageTokens what their passages may cost together, 0 to 32,000
 * @param holidayDays how many days ahead holidays are listed, 1 to 366
 */
public record Profile(
    String name,
    int version,
    String system,
    String task,
    int maxTokens,
    double temperature,
    int documents,
    int passageTokens,
    int holidayDays) {

  /**
   * @throws IllegalArgumentException naming the entry that is missing or out of range
   */
  public Profile {
    text("name", name);
    text("system", system);
    text("task", task);
    range("version", version, 1, Integer.MAX_VALUE);
    range("max_tokens", maxTokens, 1, 32_000);
    range("documents", documents, 1, 50);
    range("passage_tokens", passageTokens, 0, 32_000);
    range("holiday_days", holidayDays, 1, 366);
    if (!(temperature >= 0 && temperature <= 2)) {
      throw new IllegalArgumentException("temperature must be from 0 to 2: " + temperature);
    }
  }

  // A YAML file may leave an entry out; its absence arrives here as null in spite of the type.
  @SuppressWarnings("ConstantValue")
  private static void text(String entry, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(entry + " is required");
    }
  }

  private static void range(String entry, int value, int from, int to) {
    if (value < from || value > to) {
      throw new IllegalArgumentException(
          entry + " must be from " + from + " to " + to + ": " + value);
    }
  }
}
