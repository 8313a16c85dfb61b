package io.weir.gateway.routing;

import io.weir.gateway.catalogue.ModelFacts;
import io.weir.gateway.catalogue.ModelTable;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.RouteHints.Capability;
import io.weir.gateway.pipeline.RouteHints.Complexity;
import io.weir.gateway.pipeline.Router.Offer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Chooses models for a request that leaves the choice to the gateway: of each provider the one that
 * suits best, the best ones first, and what is equally good in the order of configuration. A model
 * made for what the request is goes before a provider's first model of which nothing is known, then
 * come stronger ones, then weaker ones. What is known to lack something, or to be too small, is
 * left out. Pure.
 */
public final class AutoChoice {
  private static final int UNKNOWN_FIRST = 1;
  private static final int STRONGER = 1;
  private static final int WEAKER = 3;
  private static final int UNKNOWN = 10;

  private final ModelTable models;

  public AutoChoice(ModelTable models) {
    this.models = models;
  }

  /**
   * What a request needs.
   *
   * @param tokens of question and answer together
   */
  public record Need(Complexity complexity, Set<Capability> capabilities, long tokens) {}

  private record Ranked(Candidate candidate, int rank) {}

  /** The candidates of those offers that {@code auto} may choose; may be none. */
  public List<Candidate> of(List<Offer> offers, Need need) {
    var best = new ArrayList<Ranked>();
    for (Offer offer : offers) {
      if (offer.auto()) {
        offer.models().stream()
            .map(model -> new Candidate(offer.provider(), model))
            .filter(candidate -> suits(candidate, need))
            .map(candidate -> new Ranked(candidate, rank(offer, candidate, need)))
            .min(Comparator.comparingInt(Ranked::rank))
            .ifPresent(best::add);
      }
    }
    return best.stream()
        .sorted(Comparator.comparingInt(Ranked::rank))
        .map(Ranked::candidate)
        .toList();
  }

  /** Whether nothing is known that speaks against it. */
  public boolean suits(Candidate candidate, Need need) {
    ModelFacts facts = models.of(candidate.provider(), candidate.model());
    boolean roomy = facts.context() == 0 || facts.context() >= need.tokens();
    return roomy && !facts.lacks(need.capabilities());
  }

  private int rank(Offer offer, Candidate candidate, Need need) {
    ModelFacts facts = models.of(candidate.provider(), candidate.model());
    if (facts.tier().isEmpty()) {
      return offer.models().getFirst().equals(candidate.model()) ? UNKNOWN_FIRST : UNKNOWN;
    }
    int above = facts.tier().get().compareTo(need.complexity());
    return above == 0 ? 0 : above > 0 ? STRONGER + above : WEAKER - above;
  }
}
