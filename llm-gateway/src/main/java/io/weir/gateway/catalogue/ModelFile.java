package io.weir.gateway.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.weir.gateway.pipeline.RouteHints.Capability;
import io.weir.gateway.pipeline.RouteHints.Complexity;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Facts of models as YAML: a map with {@code models}, a list of maps, and {@code aliases}, a map of
 * names to the models that they stand for. What is wrong is told and left out.
 */
public record ModelFile(
    List<ModelFacts> facts, Map<String, List<String>> aliases, List<String> problems) {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final BigDecimal NANOS_OF_A_TOKEN = BigDecimal.valueOf(1_000);
  private static final Set<String> KEYS =
      Set.of("name", "provider", "context", "max_output", "tier", "capabilities", "prices");
  private static final Set<String> PRICE_KEYS =
      Set.of("from", "input", "output", "cached", "cache_write", "tiers");
  private static final Set<String> TIER_KEYS =
      Set.of("above", "input", "output", "cached", "cache_write");

  public ModelFile {
    facts = List.copyOf(facts);
    aliases = Map.copyOf(aliases);
    problems = List.copyOf(problems);
  }

  /** Reads the text of a file. */
  public static ModelFile parse(String yaml) {
    var facts = new ArrayList<ModelFacts>();
    var aliases = new LinkedHashMap<String, List<String>>();
    var problems = new ArrayList<String>();
    try {
      JsonNode root = YAML.readTree(yaml);
      JsonNode models = root.path("models");
      if (!models.isArray() && !root.path("aliases").isObject()) {
        problems.add("neither a list 'models' nor a map 'aliases'");
      }
      for (var alias : root.path("aliases").properties()) {
        List<String> stands = names(alias.getValue());
        if (stands.isEmpty()) {
          problems.add("alias '" + alias.getKey() + "': wants a list of models");
        } else {
          aliases.put(alias.getKey(), stands);
        }
      }
      for (JsonNode model : models) {
        String name = model.path("name").asText("").strip().toLowerCase(Locale.ROOT);
        try {
          facts.add(read(name, model));
        } catch (IllegalArgumentException | DateTimeParseException e) {
          problems.add("model '" + name + "': " + e.getMessage());
        }
      }
    } catch (JsonProcessingException e) {
      problems.add(e.getOriginalMessage());
    }
    return new ModelFile(facts, aliases, problems);
  }

  private static List<String> names(JsonNode list) {
    var names = new ArrayList<String>();
    if (list.isTextual()) {
      names.add(list.asText());
    }
    list.forEach(name -> names.add(name.asText()));
    return names;
  }

  private static ModelFacts read(String name, JsonNode model) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a name is missing");
    }
    onlyKeys(model, "", KEYS);
    var prices = new ArrayList<Price>();
    model.path("prices").forEach(price -> prices.add(price(price)));
    return new ModelFacts(
        name,
        model.path("provider").asText(""),
        model.path("context").asLong(),
        model.path("max_output").asLong(),
        model.has("tier")
            ? Optional.of(constant(Complexity.class, model.path("tier").asText()))
            : Optional.empty(),
        model.has("capabilities")
            ? Optional.of(capabilities(model.path("capabilities")))
            : Optional.empty(),
        prices);
  }

  private static void onlyKeys(JsonNode map, String of, Set<String> known) {
    for (var field : map.properties()) {
      if (!known.contains(field.getKey())) {
        throw new IllegalArgumentException(
            of
                + "key "
                + field.getKey()
                + ", wants one of "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }

  private static Price price(JsonNode price) {
    onlyKeys(price, "price with ", PRICE_KEYS);
    var tiers = new ArrayList<Price.Tier>();
    for (JsonNode tier : price.path("tiers")) {
      onlyKeys(tier, "tier with ", TIER_KEYS);
      JsonNode above = tier.path("above");
      if (!above.isIntegralNumber() || above.asLong() < 1) {
        throw new IllegalArgumentException(
            "tier without 'above', wants a number of tokens: questions of more are of this tier");
      }
      tiers.add(new Price.Tier(above.asLong(), rates(tier)));
    }
    return new Price(LocalDate.parse(price.path("from").asText()), rates(price), tiers);
  }

  private static Rates rates(JsonNode price) {
    Rates usual = Rates.of(nanos(price, "input"), nanos(price, "output"));
    return new Rates(
        usual.inputNanos(),
        usual.outputNanos(),
        price.has("cached") ? nanos(price, "cached") : usual.cachedNanos(),
        price.has("cache_write") ? nanos(price, "cache_write") : usual.cacheWriteNanos());
  }

  private static long nanos(JsonNode price, String field) {
    JsonNode dollars = price.path(field);
    if (!dollars.isNumber() || dollars.decimalValue().signum() < 0) {
      throw new IllegalArgumentException(
          "price without '" + field + "', wants dollars for a million tokens, 0 or more");
    }
    return dollars.decimalValue().multiply(NANOS_OF_A_TOKEN).longValue();
  }

  private static Set<Capability> capabilities(JsonNode names) {
    var found = EnumSet.noneOf(Capability.class);
    names.forEach(name -> found.add(constant(Capability.class, name.asText())));
    return found;
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    return Stream.of(type.getEnumConstants())
        .filter(one -> one.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + name
                        + "', wants one of "
                        + Stream.of(type.getEnumConstants())
                            .map(one -> one.name().toLowerCase(Locale.ROOT))
                            .toList()));
  }
}
