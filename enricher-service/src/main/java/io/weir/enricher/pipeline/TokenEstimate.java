package io.weir.enricher.pipeline;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;

/**
 * How many tokens a request may cost, before anything is looked up for it. By length alone: the
 * tables of a tokenizer would be a large part of this service's memory. An answer that has to be
 * asked for twice may cost more, and is counted as what it was. Pure.
 */
public final class TokenEstimate {
  /** Prose is 4 bytes of UTF-8 or more a token in most scripts, and about 3 in some. */
  private static final int BYTES_A_TOKEN = 3;

  /** A market's facts and its holidays ahead, of the longest market. */
  private static final long FACTS = 3_000;

  /** The budget of passages counts four characters as a token, and their marks are not in it. */
  private static final int PASSAGES_PERCENT = 150;

  private TokenEstimate() {}

  /** Tokens of one question and its longest answer. */
  public static long of(EnrichRequest request, Profile profile, LocalDate today) {
    Prompt prompt = PromptBuilder.build(profile, request, List.of(), List.of(), today);
    long bytes =
        bytes(prompt.system())
            + bytes(prompt.user())
            + bytes(EnrichmentSchema.FORMAT.schema().toString());
    return Math.ceilDiv(bytes, BYTES_A_TOKEN)
        + FACTS
        + (long) profile.passageTokens() * PASSAGES_PERCENT / 100
        + profile.maxTokens();
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
