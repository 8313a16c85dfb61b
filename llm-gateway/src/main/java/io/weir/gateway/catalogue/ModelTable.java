package io.weir.gateway.catalogue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Facts of models by name. A name may have a path before it ({@code openai/gpt-4o}) and a date or a
 * tag behind it ({@code gpt-4o-2024-08-06}, {@code qwen3:8b}); the longest known name wins, and
 * what is written for a provider wins over what is for all. Immutable.
 */
public final class ModelTable {
  private static final Pattern BEHIND =
      Pattern.compile(
          "(-\\d{4}-\\d{2}-\\d{2}|-\\d{8}|-\\d{3,4}|-latest|-preview(-.*)?|-exp(-.*)?|[:@].*)?");
  private static final String ALL = "*";

  private final List<ModelFacts> facts;
  private final Price otherwise;

  /**
   * A table.
   *
   * @param facts the first of equally good ones wins
   * @param otherwise the price of models that are not there: unknown is never free
   */
  public ModelTable(List<ModelFacts> facts, Price otherwise) {
    this.facts = List.copyOf(facts);
    this.otherwise = otherwise;
  }

  /** The same with {@code first} before what it has. */
  public ModelTable with(List<ModelFacts> first) {
    var all = new ArrayList<>(first);
    all.addAll(facts);
    return new ModelTable(all, otherwise);
  }

  /** What is known of a model; facts without anything when that is nothing. */
  public ModelFacts of(String provider, String model) {
    String bare = bare(model);
    ModelFacts best = ModelFacts.UNKNOWN;
    int weight = -1;
    for (ModelFacts one : facts) {
      int its = weight(one, provider, bare);
      if (its > weight) {
        best = one;
        weight = its;
      }
    }
    return best;
  }

  /** What its tokens cost on {@code day}. */
  public Price price(String provider, String model, LocalDate day) {
    return of(provider, model).price(day).orElse(otherwise);
  }

  private static int weight(ModelFacts one, String provider, String bare) {
    if (!one.provider().isEmpty() && !one.provider().equals(provider)) {
      return -1;
    }
    int own = one.provider().isEmpty() ? 0 : 1;
    if (one.name().equals(ALL)) {
      return own;
    }
    boolean named =
        bare.startsWith(one.name())
            && BEHIND.matcher(bare.substring(one.name().length())).matches();
    return named ? 2 * one.name().length() + own + 2 : -1;
  }

  private static String bare(String model) {
    String lower = model.toLowerCase(Locale.ROOT);
    return lower.substring(lower.lastIndexOf('/') + 1);
  }
}
