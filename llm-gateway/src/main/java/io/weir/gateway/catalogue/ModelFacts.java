package io.weir.gateway.catalogue;

import io.weir.gateway.pipeline.RouteHints.Capability;
import io.weir.gateway.pipeline.RouteHints.Complexity;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a model.
 *
 * @param name without a provider's prefix and without a date; {@code *} for all of a provider
 * @param provider whose model it is; empty for whoever offers it
 * @param context most tokens of question and answer together; 0 when that is not known
 * @param maxOutput most tokens of an answer; 0 when that is not known
 * @param tier how hard a task it is made for; empty when that is not known
 * @param capabilities what it can do beside text; empty when that is not known
 * @param prices newest first
 */
public record ModelFacts(
    String name,
    String provider,
    long context,
    long maxOutput,
    Optional<Complexity> tier,
    Optional<Set<Capability>> capabilities,
    List<Price> prices) {

  /** Of a model that nobody has heard of. */
  static final ModelFacts UNKNOWN =
      new ModelFacts("", "", 0, 0, Optional.empty(), Optional.empty(), List.of());

  public ModelFacts {
    capabilities = capabilities.map(Set::copyOf);
    prices = prices.stream().sorted(Comparator.comparing(Price::from).reversed()).toList();
  }

  /** The price in force on {@code day}: before the first one, the first one. */
  public Optional<Price> price(LocalDate day) {
    return prices.stream()
        .filter(price -> !price.from().isAfter(day))
        .findFirst()
        .or(() -> prices.isEmpty() ? Optional.empty() : Optional.of(prices.getLast()));
  }

  /** Whether it is known not to have {@code wanted}. */
  public boolean lacks(Set<Capability> wanted) {
    return capabilities.map(own -> !own.containsAll(wanted)).orElse(false);
  }
}
