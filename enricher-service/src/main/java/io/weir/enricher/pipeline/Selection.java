package io.weir.enricher.pipeline;

import io.weir.proto.v1.Passage;
import java.util.List;

/**
 * What was selected from the retrieved documents, and what was not and why.
 *
 * @param passages in the order of the documents and, within one, of the text
 * @param dropped sentences that met the request and were left out all the same; the first few
 * @param unrelated how many sentences shared no word with the request
 */
public record Selection(
    List<Passage> passages, List<Dropped> dropped, int unrelated, Budget budget) {
  public Selection {
    passages = List.copyOf(passages);
    dropped = List.copyOf(dropped);
  }

  /** Nothing selected because there was nothing to select from. */
  public static Selection empty(int maxTokens) {
    return new Selection(
        List.of(), List.of(), 0, new Budget(maxTokens, 0, PassageSelection.TOKENIZER));
  }

  /**
   * A sentence that was left out.
   *
   * @param start in UTF-16 code units
   * @param end exclusive
   * @param reason {@code budget} or {@code duplicate}
   */
  public record Dropped(
      String sourceId, long version, String field, int start, int end, String reason) {}

  /**
   * Tokens that passages may cost and do cost.
   *
   * @param tokenizer how they are counted
   */
  public record Budget(int max, int used, String tokenizer) {}
}
