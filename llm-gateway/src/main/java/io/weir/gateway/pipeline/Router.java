package io.weir.gateway.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who may answer for a model name, in the order of configuration. A bare name goes to the providers
 * that list it, {@code provider:model} to that provider and no other, {@code auto} to each
 * provider's first model. Immutable; a new one is made when a list changes.
 */
public final class Router {
  /** The name by which a caller leaves the choice to the gateway. */
  public static final String AUTO = "auto";

  /**
   * What a provider offers.
   *
   * @param models names in order of preference
   * @param complete false when the provider may know more models than are listed, because its list
   *     could not be read yet
   * @param auto whether {@code auto} may choose it
   */
  public record Offer(String provider, List<String> models, boolean complete, boolean auto) {
    public Offer {
      models = List.copyOf(models);
    }
  }

  /** Where a request goes. */
  public sealed interface Route {
    /** At least one candidate, best first. */
    record To(List<Candidate> candidates) implements Route {}

    record Nowhere(Failure failure) implements Route {}
  }

  private final List<Offer> offers;

  public Router(List<Offer> offers) {
    this.offers = List.copyOf(offers);
  }

  public List<Offer> offers() {
    return offers;
  }

  /**
   * Whether {@code candidate} is on its provider's list, and not just a name that somebody sent.
   */
  public boolean lists(Candidate candidate) {
    return offers.stream()
        .anyMatch(
            offer ->
                offer.provider().equals(candidate.provider())
                    && offer.models().contains(candidate.model()));
  }

  public Route route(String model) {
    if (model.equals(AUTO)) {
      return auto();
    }
    var candidates = new ArrayList<Candidate>();
    for (Offer offer : offers) {
      if (offer.models().contains(model)) {
        candidates.add(new Candidate(offer.provider(), model));
      }
    }
    // Models' own names may hold colons, so listed names come first.
    int colon = model.indexOf(':');
    if (candidates.isEmpty() && colon > 0) {
      String prefix = model.substring(0, colon);
      for (Offer offer : offers) {
        if (offer.provider().equals(prefix)) {
          return explicit(offer, model.substring(colon + 1));
        }
      }
    }
    if (candidates.isEmpty()) {
      // Where somebody lists it, nobody else shall see what is asked.
      offers.stream()
          .filter(offer -> !offer.complete())
          .forEach(offer -> candidates.add(new Candidate(offer.provider(), model)));
    }
    if (!candidates.isEmpty()) {
      return new Route.To(List.copyOf(candidates));
    }
    return colon > 0 ? unknownProvider(model.substring(0, colon), model) : unknownModel(model);
  }

  private Route auto() {
    List<Candidate> candidates =
        offers.stream()
            .filter(offer -> offer.auto() && !offer.models().isEmpty())
            .map(offer -> new Candidate(offer.provider(), offer.models().getFirst()))
            .toList();
    if (!candidates.isEmpty()) {
      return new Route.To(candidates);
    }
    return new Route.Nowhere(
        Failure.unreachable(
            "No provider's models are known yet, so 'auto' can't choose one: name a model, or list"
                + " the models in the configuration."));
  }

  /**
   * As {@link #route}, for embeddings: {@code auto} is the first model that has {@code embed} in
   * its name, for there is nothing else to tell it by. Nobody takes its place while it is away:
   * vectors of two models can't be compared.
   */
  public Route routeEmbeddings(String model) {
    if (!model.equals(AUTO)) {
      return route(model);
    }
    for (Offer offer : offers) {
      Optional<Candidate> chosen = offer.auto() ? embedding(offer) : Optional.empty();
      if (chosen.isPresent()) {
        return new Route.To(List.of(chosen.get()));
      }
      if (offer.auto() && !offer.complete()) {
        return new Route.Nowhere(
            Failure.unreachable(
                ("The models of '%s' are not known yet, so 'auto' can't choose one for embeddings:"
                        + " name a model, or list the models in the configuration.")
                    .formatted(offer.provider())));
      }
    }
    return new Route.Nowhere(
        Failure.modelNotFound(
            "No listed model has 'embed' in its name, so 'auto' can't choose one for embeddings. "
                + known()));
  }

  private Optional<Candidate> embedding(Offer offer) {
    return offer.models().stream()
        .filter(name -> embeds(name) || offers.size() == 1)
        .findFirst()
        .map(name -> new Candidate(offer.provider(), name));
  }

  private static boolean embeds(String model) {
    return model.toLowerCase(Locale.ROOT).contains("embed");
  }

  private Route explicit(Offer offer, String model) {
    if (model.isEmpty()) {
      return new Route.Nowhere(
          Failure.modelNotFound("No model is named after '" + offer.provider() + ":'."));
    }
    String wanted = model;
    if (model.equals(AUTO) && !offer.models().isEmpty()) {
      wanted = offer.models().getFirst();
    }
    if (offer.complete() && !offer.models().contains(wanted)) {
      return new Route.Nowhere(
          Failure.modelNotFound(
              ("Provider '%s' has no model '%s': it can be asked for what its entry's 'models' list,"
                      + " or without them its own list, and nothing else. %s")
                  .formatted(offer.provider(), model, known())));
    }
    return new Route.To(List.of(new Candidate(offer.provider(), wanted)));
  }

  private Route unknownModel(String model) {
    return new Route.Nowhere(
        Failure.modelNotFound("The model '" + model + "' does not exist here. " + known()));
  }

  private Route unknownProvider(String provider, String model) {
    return new Route.Nowhere(
        Failure.providerNotFound(
            "Neither a model '"
                + model
                + "' nor a provider '"
                + provider
                + "' exists here. "
                + known()));
  }

  private String known() {
    String models =
        offers.stream()
            .flatMap(offer -> offer.models().stream())
            .distinct()
            .limit(20)
            .collect(Collectors.joining(", "));
    return "Known: auto, " + models + ". GET /v1/models lists them all.";
  }
}
