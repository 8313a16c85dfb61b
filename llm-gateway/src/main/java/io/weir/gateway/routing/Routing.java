package io.weir.gateway.routing;

import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Difficulty;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Router;
import io.weir.gateway.pipeline.Router.Route;
import io.weir.gateway.routing.AutoChoice.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a request goes: to the model it names, to those that an alias stands for, or to those that
 * suit it. Thread-safe.
 */
public final class Routing {
  private final AutoChoice choice;
  private final Map<String, List<String>> aliases;
  private final ProviderGates gates;
  private final RetryBudget retries;

  /**
   * @param aliases names that stand for models, each named as a request may name it, best first
   */
  public Routing(
      AutoChoice choice,
      Map<String, List<String>> aliases,
      ProviderGates gates,
      RetryBudget retries) {
    this.choice = choice;
    this.aliases = Map.copyOf(aliases);
    this.gates = gates;
    this.retries = retries;
  }

  public Map<String, List<String>> aliases() {
    return aliases;
  }

  public ProviderGates gates() {
    return gates;
  }

  public RetryBudget retries() {
    return retries;
  }

  /** The candidates for {@code request}, best first, or why there is none. */
  public Route route(Router router, ChatRequest request) {
    if (request.model().equals(Router.AUTO)) {
      return auto(router, request);
    }
    return named(router, request.model()) instanceof Route.To(var candidates)
        ? new Route.To(candidates.size() == 1 ? candidates : suitable(candidates, request))
        : named(router, request.model());
  }

  /** The same for a name alone, whatever would be asked. */
  public Route named(Router router, String model) {
    List<String> stands = aliases.get(model);
    if (stands == null) {
      return router.route(model);
    }
    var candidates = new ArrayList<Candidate>();
    Optional<Route> nowhere = Optional.empty();
    for (String one : stands) {
      switch (router.route(one)) {
        case Route.To(var found) ->
            found.stream().filter(c -> !candidates.contains(c)).forEach(candidates::add);
        case Route.Nowhere none -> nowhere = Optional.of(nowhere.orElse(none));
      }
    }
    return candidates.isEmpty()
        ? nowhere.orElseGet(() -> router.route(model))
        : new Route.To(List.copyOf(candidates));
  }

  /**
   * The same for embeddings, for which {@code auto} chooses otherwise, and an alias stands for the
   * first of its models that somebody has: vectors of two models can't be compared.
   */
  public Route embeddings(Router router, String model) {
    if (!aliases.containsKey(model)) {
      return router.routeEmbeddings(model);
    }
    Route route = named(router, model);
    if (!(route instanceof Route.To(var candidates))) {
      return route;
    }
    String first = candidates.getFirst().model();
    return new Route.To(candidates.stream().filter(c -> c.model().equals(first)).toList());
  }

  private Route auto(Router router, ChatRequest request) {
    Route all = router.route(Router.AUTO);
    if (!(all instanceof Route.To)) {
      return all;
    }
    List<Candidate> chosen = choice.of(router.offers(), need(request));
    return chosen.isEmpty()
        ? new Route.Nowhere(
            Failure.invalid(
                "None of the configured models is known to be able to do this: it needs "
                    + need(request)
                    + "; name a model to ask it anyway.",
                "model",
                "no_suitable_model"))
        : new Route.To(chosen);
  }

  /** Without those that can't, unless nobody can: then the one that was named shall say so. */
  private List<Candidate> suitable(List<Candidate> candidates, ChatRequest request) {
    Need need = need(request);
    List<Candidate> suitable = candidates.stream().filter(c -> choice.suits(c, need)).toList();
    return suitable.isEmpty() ? candidates : suitable;
  }

  private static Need need(ChatRequest request) {
    var tree = request.tree();
    return new Need(
        Difficulty.of(tree, request.hints()),
        Difficulty.needs(tree, request.hints()),
        request.leastTokens());
  }
}
