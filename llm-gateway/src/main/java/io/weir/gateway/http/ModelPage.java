package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.catalogue.ModelFacts;
import io.weir.gateway.catalogue.ModelTable;
import io.weir.gateway.catalogue.Price;
import io.weir.gateway.catalogue.Rates;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.ModelList;
import io.weir.gateway.pipeline.Router;
import io.weir.gateway.pipeline.Router.Offer;
import io.weir.gateway.routing.Routing;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The models as OpenAI lists them, with what is known of each beside: clients that don't know these
 * fields pass over them. Aliases are models too.
 */
public final class ModelPage {
  private final ModelTable models;
  private final Routing routing;
  private final Clock clock;

  public ModelPage(ModelTable models, Routing routing, Clock clock) {
    this.models = models;
    this.routing = routing;
    this.clock = clock;
  }

  ObjectNode list(List<Offer> offers) {
    ObjectNode list = ModelList.of(offers).json();
    list.path("data").forEach(model -> describe((ObjectNode) model));
    ArrayNode data = (ArrayNode) list.path("data");
    routing.aliases().keySet().stream().sorted().forEach(alias -> data.add(alias(alias)));
    return list;
  }

  Optional<ObjectNode> find(List<Offer> offers, String id) {
    if (routing.aliases().containsKey(id)) {
      return Optional.of(alias(id));
    }
    Optional<ObjectNode> found = ModelList.of(offers).find(id);
    found.ifPresent(this::describe);
    return found;
  }

  private ObjectNode alias(String name) {
    ObjectNode model =
        Json.MAPPER
            .createObjectNode()
            .put("id", name)
            .put("object", "model")
            .put("created", 0)
            .put("owned_by", "weir");
    ArrayNode stands = model.putArray("alias_of");
    routing.aliases().getOrDefault(name, List.of()).forEach(stands::add);
    return model;
  }

  private void describe(ObjectNode model) {
    String id = model.path("id").asText();
    String provider = model.path("owned_by").asText();
    if (id.equals(Router.AUTO)) {
      return;
    }
    String name = id.startsWith(provider + ":") ? id.substring(provider.length() + 1) : id;
    ModelFacts facts = models.of(provider, name);
    if (facts.context() > 0) {
      model.put("context_window", facts.context());
    }
    if (facts.maxOutput() > 0) {
      model.put("max_output_tokens", facts.maxOutput());
    }
    facts.tier().ifPresent(tier -> model.put("tier", tier.name().toLowerCase(Locale.ROOT)));
    facts
        .capabilities()
        .ifPresent(
            known -> {
              ArrayNode names = model.putArray("capabilities");
              known.stream()
                  .map(one -> one.name().toLowerCase(Locale.ROOT))
                  .sorted()
                  .forEach(names::add);
            });
    Price price =
        models.price(provider, name, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    ObjectNode pricing = model.putObject("pricing").put("currency", "USD");
    rates(pricing, price.usual());
    pricing.put("known", !facts.prices().isEmpty());
    if (!price.tiers().isEmpty()) {
      ArrayNode tiers = pricing.putArray("tiers");
      price
          .tiers()
          .forEach(
              tier ->
                  rates(tiers.addObject().put("above_input_tokens", tier.above()), tier.rates()));
    }
  }

  private static void rates(ObjectNode to, Rates rates) {
    to.put("input_per_million", dollars(rates.inputNanos()))
        .put("output_per_million", dollars(rates.outputNanos()))
        .put("cached_input_per_million", dollars(rates.cachedNanos()));
  }

  private static BigDecimal dollars(long nanosOfAToken) {
    return BigDecimal.valueOf(nanosOfAToken, 3).stripTrailingZeros();
  }
}
