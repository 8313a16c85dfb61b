package io.weir.platform.llm;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens before they are spent, with the tokenizer of OpenAI's newer models ({@code
 * o200k_base}). Other models cut texts otherwise, so what is reserved gets a margin of 30 %; what
 * is paid is what the provider counts.
 *
 * <p>The tokenizer's tables take some 20 MB and a moment to load, which is done at the first count:
 * one counter a process, and none where an estimate by length will do. Thread-safe.
 */
public final class TokenCounter {
  private static final int MARGIN_PERCENT = 30;
  // What the chat form adds to each message, rounded up: role, separators, the answer's opening.
  private static final int AROUND_A_MESSAGE = 8;

  private volatile @Nullable Encoding encoding;

  /** Loads nothing yet. */
  public TokenCounter() {}

  /**
   * How many tokens {@code text} is for {@code o200k_base}. Words of control count as plain text.
   */
  public long count(String text) {
    return encoding().countTokensOrdinary(text);
  }

  /** How many tokens {@code text} is for any model, at a fair guess: the count and its margin. */
  public long estimate(String text) {
    return withMargin(count(text));
  }

  /** What {@code call} may cost at most: its question with the margin, and its longest answer. */
  public long atMost(LlmCall call) {
    long tokens = call.system().isEmpty() ? 0 : count(call.system()) + AROUND_A_MESSAGE;
    for (String message : call.user()) {
      tokens += count(message) + AROUND_A_MESSAGE;
    }
    tokens += call.schema().map(schema -> count(schema.schema().toString())).orElse(0L);
    return withMargin(tokens) + call.maxTokens();
  }

  boolean loaded() {
    return encoding != null;
  }

  private static long withMargin(long tokens) {
    return Math.ceilDiv(tokens * (100 + MARGIN_PERCENT), 100);
  }

  private Encoding encoding() {
    Encoding found = encoding;
    return found == null ? load() : found;
  }

  private synchronized Encoding load() {
    Encoding found = encoding;
    if (found == null) {
      found = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
      encoding = found;
    }
    return found;
  }
}
