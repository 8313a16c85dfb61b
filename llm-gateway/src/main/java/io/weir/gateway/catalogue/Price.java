package io.weir.gateway.catalogue;

import io.weir.gateway.pipeline.Usage;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;

/**
 * What a model's tokens cost from a day on. Some vendors ask more for all tokens of a call, the
 * answer's too, when its question is long; cached tokens count for its length like others (<a
 * href="https://ai.google.dev/gemini-api/docs/pricing">Gemini</a>, <a
 * href="https://platform.claude.com/docs/en/about-claude/pricing">Anthropic</a>, <a
 * href="https://developers.openai.com/api/docs/pricing">OpenAI</a>).
 *
 * @param from the first day, in UTC
 * @param usual for questions of usual length
 * @param tiers for longer ones, the shortest first
 */
public record Price(LocalDate from, Rates usual, List<Tier> tiers) {
  /**
   * The rates of long questions.
   *
   * @param above how many tokens the question has at most to be of a lower tier
   */
  public record Tier(long above, Rates rates) {}

  public Price {
    tiers = tiers.stream().sorted(Comparator.comparingLong(Tier::above)).toList();
  }

  /** One price for questions of any length, cached tokens as {@link Rates#of} has them. */
  public static Price of(LocalDate from, long inputNanos, long outputNanos) {
    return new Price(from, Rates.of(inputNanos, outputNanos), List.of());
  }

  /** What a call cost in micro-dollars, by the tier of its whole question. */
  public long costMicros(Usage usage) {
    Rates rates = usual;
    for (Tier tier : tiers) {
      if (usage.input() > tier.above()) {
        rates = tier.rates();
      }
    }
    return rates.costMicros(usage);
  }
}
