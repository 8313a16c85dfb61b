package io.weir.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * A chat answer: it holds the fact that was asked for, and says which model gave it at what cost.
 */
public final class ChatCheck {

  private ChatCheck() {}

  /** The answer's words; empty when there are none. */
  public static String text(JsonNode completion) {
    return completion.path("choices").path(0).path("message").path("content").asText("");
  }

  /**
   * Checks a completion.
   *
   * @param fact must occur in the answer, in any case
   * @param completion the answer of {@code POST /v1/chat/completions}
   */
  public static Verdict of(String fact, JsonNode completion) {
    var book = new Verdict.Notebook();
    String text = text(completion);
    book.expect(
        text.toLowerCase(Locale.ROOT).contains(fact.toLowerCase(Locale.ROOT)),
        text.isBlank() ? "the answer is empty" : "the answer does not hold \"%s\"".formatted(fact));
    book.expect(!completion.path("model").asText("").isBlank(), "no model is named");
    book.expect(
        completion.path("usage").path("total_tokens").asLong() > 0, "no tokens are counted");
    return book.verdict();
  }
}
