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

  private ModelList() {}

  public static ModelList of(List<Offer> offers) {
    var list = new ModelList();
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

  public Optional<ObjectNode> find(String id) {
    return Optional.ofNullable(models.get(id));
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
