package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Router.Offer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The offered models as OpenAI lists them. A name that several providers offer stands for the first
 * of them; the others' are listed as {@code provider:model}.
 */
public final class ModelList {
  private final Map<String, ObjectNode> models = new LinkedHashMap<>();
  private final List<Offer> offers;

  private ModelList(List<Offer> offers) {
    this.offers = offers;
  }

  public static ModelList of(List<Offer> offers) {
    var list = new ModelList(offers);
    list.models.put(Router.AUTO, model(Router.AUTO, "weir"));
    for (Offer offer : offers) {
      for (String name : offer.models()) {
        String id = list.models.containsKey(name) ? offer.provider() + ":" + name : name;
        list.models.put(id, model(id, offer.provider()));
      }
    }
    return list;
  }

  public ObjectNode json() {
    ObjectNode root = Json.MAPPER.createObjectNode().put("object", "list");
    ArrayNode data = root.putArray("data");
    models.values().forEach(data::add);
    return root;
  }

  /** A model by its name in the list, or as {@code provider:model}, which requests may say too. */
  public Optional<ObjectNode> find(String id) {
    return Optional.ofNullable(models.get(id)).or(() -> explicit(id));
  }

  private Optional<ObjectNode> explicit(String id) {
    int colon = id.indexOf(':');
    return offers.stream()
        .filter(offer -> colon > 0 && offer.provider().equals(id.substring(0, colon)))
        .filter(offer -> offer.models().contains(id.substring(colon + 1)))
        .map(offer -> model(id, offer.provider()))
        .findFirst();
  }

  private static ObjectNode model(String id, String owner) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", id)
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", owner);
  }
}
